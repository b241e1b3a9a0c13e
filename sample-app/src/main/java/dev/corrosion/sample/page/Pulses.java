package dev.corrosion.sample.page;

import dev.corrosion.SubscriptionEvent;
import dev.corrosion.spring.Change;
import dev.corrosion.spring.CorrosionTemplate;
import dev.corrosion.spring.listener.CorrosionListener;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Times a change that travels through the cluster. This node writes a row; each node that sees it writes a row that answers.
 * The time is from before the write until the answer is seen here, there and back, by the clock of this node alone.
 */
@Component
class Pulses {

    private static final Duration OTHER_EMITTER = Duration.ofMillis(100);
    private static final int MAX_BEHIND = 256;

    /** Pulses that are on their way. Older ones are not answered for any more. */
    private static final int MAX_PULSES = 16;

    private final CorrosionTemplate corrosion;
    private final String self;
    private final Map<String, Long> sent = new ConcurrentHashMap<>();
    private final Sinks.Many<Answer> answers = Sinks.many().multicast().directBestEffort();

    Pulses(CorrosionTemplate corrosion) {
        this.corrosion = corrosion;
        this.self = corrosion.corrosion().actorId().toString();
    }

    record PulseRow(String node, String pulse) {}

    record AnswerRow(String origin, String node, String pulse) {}

    /** That a node has seen a pulse of this one, and after how long that was known here. */
    record Answer(String pulse, String node, double millis) {}

    /** Sends one; returns its id. */
    Mono<String> send() {
        return Mono.defer(() -> {
            String pulse = UUID.randomUUID().toString();
            if (sent.size() >= MAX_PULSES) {
                sent.clear();
            }
            sent.put(pulse, System.nanoTime());
            return corrosion
                    .execute(
                            "INSERT INTO pulses (node, pulse) VALUES (?, ?)"
                                    + " ON CONFLICT (node) DO UPDATE SET pulse = excluded.pulse",
                            self,
                            pulse)
                    .thenReturn(pulse);
        });
    }

    /** The answers to pulses of this node, from now on. */
    Flux<Answer> answers() {
        return answers.asFlux().onBackpressureBuffer(MAX_BEHIND);
    }

    @CorrosionListener("SELECT node, pulse FROM pulses")
    void onPulse(Change<PulseRow> change) {
        if (change.type() != SubscriptionEvent.Type.DELETE) {
            PulseRow seen = change.value();
            corrosion
                    .execute(
                            "INSERT INTO answers (origin, node, pulse) VALUES (?, ?, ?)"
                                    + " ON CONFLICT (origin, node) DO UPDATE SET pulse = excluded.pulse",
                            seen.node(),
                            self,
                            seen.pulse())
                    .block();
        }
    }

    @CorrosionListener("SELECT origin, node, pulse FROM answers")
    void onAnswer(Change<AnswerRow> change) {
        AnswerRow row = change.value();
        Long start = sent.get(row.pulse());
        if (start != null && row.origin().equals(self) && change.type() != SubscriptionEvent.Type.DELETE) {
            double millis = (System.nanoTime() - start) / (double) TimeUnit.MILLISECONDS.toNanos(1);
            answers.emitNext(
                    new Answer(row.pulse(), row.node(), millis), Sinks.EmitFailureHandler.busyLooping(OTHER_EMITTER));
        }
    }
}
