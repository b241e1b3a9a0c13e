package dev.corrosion.spring.autoconfigure;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionException;
import dev.corrosion.Member;
import dev.corrosion.NodeStatus;
import dev.corrosion.spring.autoconfigure.CorrosionProperties.Readiness.WaitFor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.core.Ordered;

/**
 * Holds back the readiness of the application until the node has joined, or caught up, or the time is up: it is the first
 * of the application's runners, and only after all of them Spring Boot says that traffic is accepted. Until then the
 * readiness probe fails, a service is not registered, and no other runner sees data that is old.
 */
final class ReadinessGate implements ApplicationRunner, Ordered {

    private static final Logger log = LoggerFactory.getLogger(ReadinessGate.class);

    private static final Duration POLL = Duration.ofMillis(100);

    private final Corrosion corrosion;
    private final List<String> bootstrap;
    private final CorrosionProperties.Readiness readiness;

    ReadinessGate(Corrosion corrosion, List<String> bootstrap, CorrosionProperties.Readiness readiness) {
        this.corrosion = corrosion;
        this.bootstrap = bootstrap;
        this.readiness = readiness;
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    /** @throws NotReadyException if that is wanted and the time is up */
    @Override
    public void run(ApplicationArguments arguments) {
        // A node that looks for nobody is the first one, or the only one: it has what there is.
        if (readiness.waitFor() == WaitFor.NOTHING || bootstrap.isEmpty()) {
            return;
        }
        long deadline = System.nanoTime() + readiness.timeout().toNanos();
        while (!isReady(corrosion.status())) {
            if (System.nanoTime() - deadline >= 0) {
                timedOut(describe(corrosion.status()));
                return;
            }
            pause();
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CorrosionException("interrupted while waiting for the node to be ready", e);
        }
    }

    private boolean isReady(NodeStatus status) {
        boolean joined = status.members().stream().anyMatch(Member::isPresent);
        return joined
                && (readiness.waitFor() == WaitFor.JOINED
                        || status.activity().sync().synced());
    }

    private void timedOut(String state) {
        if (readiness.failOnTimeout()) {
            throw new NotReadyException(state);
        }
        log.warn("{}; the application goes on with what it has", state);
    }

    private String describe(NodeStatus status) {
        long present = status.members().stream().filter(Member::isPresent).count();
        StringBuilder text = new StringBuilder("the Corrosion node is not ")
                .append(readiness.waitFor() == WaitFor.JOINED ? "joined" : "synced");
        text.append(" after ").append(readiness.timeout().toMillis()).append(" ms: ");
        text.append(present).append(" other members, looking for ").append(bootstrap);
        text.append(", ").append(status.missingVersions()).append(" versions missing");
        long refused = status.counters().getOrDefault("corrosion.links.refused", 0L);
        if (refused > 0) {
            text.append(", ")
                    .append(refused)
                    .append(
                            " links refused, for reasons that are in the log: another"
                                    + " corrosion.cluster.id, another corrosion.security.secret, or a certificate that is out of date");
        }
        status.problems().forEach(problem -> text.append("; ").append(problem));
        return text.toString();
    }
}
