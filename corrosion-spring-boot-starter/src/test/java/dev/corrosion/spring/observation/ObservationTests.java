package dev.corrosion.spring.observation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.Statement;
import dev.corrosion.spring.CorrosionConversions;
import dev.corrosion.spring.CorrosionTemplate;
import dev.corrosion.spring.LiveStreams;
import dev.corrosion.spring.StubCorrosion;
import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NullUnmarked // a null fails the test anyway
class ObservationTests {

    private final ObservationRegistry registry = ObservationRegistry.create();
    private final List<Observation.Context> ended = Collections.synchronizedList(new ArrayList<>());
    private final CorrosionTemplate template = new CorrosionTemplate(
            new StubCorrosion(), new LiveStreams(), new CorrosionConversions(), new StatementObservations(registry));

    @BeforeEach
    void listen() {
        registry.observationConfig().observationHandler(new ObservationHandler<>() {
            @Override
            public void onStop(Observation.Context context) {
                ended.add(context);
            }

            @Override
            public boolean supportsContext(Observation.Context context) {
                return true;
            }
        });
    }

    @AfterEach
    void close() {
        template.close();
    }

    @Test
    void aTransactionIsOneObservationOfItsSubscriber() {
        Observation request = Observation.start("request", registry);
        template.execute(
                        Statement.of("INSERT INTO todos VALUES (?)", "secret"),
                        Statement.of("  insert INTO todos VALUES (2)"))
                .contextWrite(context -> context.put("micrometer.observation", request))
                .block();

        Observation.Context context = ended.get(0);
        assertThat(context.getName()).isEqualTo("corrosion.write");
        assertThat(context.getContextualName()).isEqualTo("corrosion.write INSERT");
        assertThat(context.getParentObservation()).isSameAs(request);
        assertThat(context.getLowCardinalityKeyValues()).containsExactly(KeyValue.of("operation", "INSERT"));
        assertThat(context.getHighCardinalityKeyValues())
                .containsExactlyInAnyOrder(
                        KeyValue.of("db.query.text", "INSERT INTO todos VALUES (?)"),
                        KeyValue.of("db.operation.batch.size", "2"));
    }

    @Test
    void aQueryToo() {
        template.query(String.class, "/* why */ SELECT 1").collectList().block();
        template.execute(Statement.of("DELETE FROM a"), Statement.of("UPDATE b SET c = 1"))
                .block();

        assertThat(ended)
                .extracting(Observation.Context::getName)
                .containsExactly("corrosion.query", "corrosion.write");
        assertThat(ended)
                .extracting(context ->
                        context.getLowCardinalityKeyValue("operation").getValue())
                .containsExactly("OTHER", "MIXED");
    }

    @Test
    void thereIsNoneWhereTheRegistryWantsNone() {
        template.query(String.class, "SELECT 1").collectList().block();
        registry.observationConfig().observationPredicate((name, context) -> !name.startsWith("corrosion"));

        template.execute("DELETE FROM todos").block();

        assertThat(ended).hasSize(1);
    }
}
