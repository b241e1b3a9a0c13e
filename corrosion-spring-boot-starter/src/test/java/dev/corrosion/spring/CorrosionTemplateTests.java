package dev.corrosion.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.corrosion.CorrosionException;
import dev.corrosion.Row;
import dev.corrosion.Statement;
import dev.corrosion.SubscriptionEvent;
import dev.corrosion.SubscriptionEvent.Columns;
import dev.corrosion.SubscriptionEvent.EndOfQuery;
import dev.corrosion.SubscriptionEvent.RowChange;
import dev.corrosion.SubscriptionEvent.RowSnapshot;
import dev.corrosion.SubscriptionOptions;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.StepVerifier;

@NullUnmarked // a null fails the test anyway
class CorrosionTemplateTests {

    private static final List<String> COLUMNS = List.of("id", "title", "done");

    private final StubCorrosion node = new StubCorrosion();
    private final LiveStreams liveStreams = new LiveStreams();
    private final CorrosionTemplate template = new CorrosionTemplate(node, liveStreams);

    enum Colour {
        RED
    }

    record Todo(String id, String title, boolean done) {}

    @SuppressWarnings("ArrayRecordComponent") // a BLOB is an array
    record Everything(
            UUID itemId,
            Colour colour,
            Instant createdAt,
            LocalDate day,
            @Nullable Integer count,
            double weight,
            byte[] data) {}

    public static class Bean {
        private String firstName = "default";
        private int age = -1;

        public void setFirstName(String firstName) {
            this.firstName = firstName;
        }

        public void setAge(int age) {
            this.age = age;
        }
    }

    @AfterEach
    void close() {
        template.close();
    }

    private static Row todo(String id, String title, long done) {
        return Row.of(COLUMNS, id, title, done);
    }

    @Test
    void mapsColumnsToRecordComponentsIgnoringCaseAndUnderscores() {
        node.rows = List.of(Row.of(
                List.of("ITEM_ID", "colour", "created_at", "day", "count", "weight", "data"),
                "00000000-0000-0001-0000-000000000002",
                "RED",
                "2026-01-02T03:04:05Z",
                "2026-01-02",
                null,
                2L,
                new byte[] {1}));

        Everything mapped = template.query(Everything.class, "SELECT ...").blockFirst();

        assertThat(mapped.itemId()).isEqualTo(new UUID(1, 2));
        assertThat(mapped.colour()).isEqualTo(Colour.RED);
        assertThat(mapped.createdAt()).isEqualTo(Instant.parse("2026-01-02T03:04:05Z"));
        assertThat(mapped.day()).isEqualTo(LocalDate.of(2026, 1, 2));
        assertThat(mapped.count()).isNull();
        assertThat(mapped.weight()).isEqualTo(2.0);
        assertThat(mapped.data()).containsExactly(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-01-02 03:04:05", "2026-01-02T03:04:05Z", "2026-01-02T04:04:05+01:00"})
    void readsInstantsAsJavaAndAsSqliteWriteThem(String text) {
        node.rows = List.of(Row.of(List.of("t"), text));

        assertThat(template.query(Instant.class, "SELECT t").blockFirst())
                .isEqualTo(Instant.parse("2026-01-02T03:04:05Z"));
    }

    @Test
    void mapsToBeansAndLeavesPropertiesWithoutColumnAlone() {
        node.rows = List.of(Row.of(List.of("first_name", "unknown"), "Ada", 1L));

        Bean bean = template.query(Bean.class, "SELECT ...").blockFirst();

        assertThat(bean.firstName).isEqualTo("Ada");
        assertThat(bean.age).isEqualTo(-1);
    }

    @Test
    void mapsWithALambda() {
        node.rows = List.of(todo("1", "a", 0));

        assertThat(template.query(row -> row.getString("title"), "SELECT ...").blockFirst())
                .isEqualTo("a");
    }

    @Test
    void saysWhichComponentHasNoColumn() {
        node.rows = List.of(Row.of(List.of("id", "title"), "1", "a"));

        StepVerifier.create(template.query(Todo.class, "SELECT ...")).verifyErrorSatisfies(e -> assertThat(e)
                .isInstanceOf(CorrosionException.class)
                .hasMessageContaining("no column for done of Todo")
                .hasMessageContaining("[id, title]"));
    }

    @Test
    void saysWhichColumnIsNullForAPrimitive() {
        node.rows = List.of(Row.of(COLUMNS, "1", "a", null));

        StepVerifier.create(template.query(Todo.class, "SELECT ...")).verifyErrorSatisfies(e -> assertThat(e)
                .isInstanceOf(CorrosionException.class)
                .hasMessageContaining("column done is NULL")
                .hasMessageContaining("boolean"));
    }

    @Test
    void saysWhichValueDoesNotFitItsType() {
        node.rows = List.of(Row.of(List.of("n"), "many"));

        StepVerifier.create(template.query(Long.class, "SELECT n"))
                .verifyErrorSatisfies(e -> assertThat(e).hasMessageContaining("column n holds String 'many'"));
    }

    @Test
    void changesStartWithTheRowsThatAreThere() {
        Stream.of(
                        new Columns(new UUID(1, 2), COLUMNS),
                        new RowSnapshot(1, todo("1", "a", 0)),
                        new EndOfQuery(0, Map.of()),
                        new RowChange(
                                SubscriptionEvent.Type.UPDATE,
                                1,
                                todo("1", "a", 1),
                                todo("1", "a", 0),
                                1,
                                null,
                                0,
                                true),
                        new RowChange(SubscriptionEvent.Type.DELETE, 1, todo("1", "a", 1), null, 2, null, 0, true))
                .forEach(event -> node.events.tryEmitNext(event).orThrow());

        StepVerifier.create(template.changes(Todo.class, "SELECT ...").take(3))
                .expectNext(new Change<>(SubscriptionEvent.Type.INSERT, new Todo("1", "a", false), null))
                .expectNext(new Change<>(
                        SubscriptionEvent.Type.UPDATE, new Todo("1", "a", true), new Todo("1", "a", false)))
                .expectNext(new Change<>(SubscriptionEvent.Type.DELETE, new Todo("1", "a", true), null))
                .verifyComplete();
    }

    @Test
    void liveStreamsEndWhenTheApplicationStops() {
        node.results.tryEmitNext(List.of(todo("1", "a", 0))).orThrow();

        StepVerifier.create(template.live(Todo.class, "SELECT ..."))
                .expectNext(List.of(new Todo("1", "a", false)))
                .then(liveStreams::stop)
                .verifyComplete();
    }

    @Test
    void doesNotBlockTheSubscribingThread() {
        Thread subscriber = Thread.currentThread();

        Thread worker = template.execute(Statement.of("INSERT ..."))
                .map(result -> Thread.currentThread())
                .block();

        assertThat(worker).isNotSameAs(subscriber);
        assertThat(node.written).hasSize(1);
    }

    @Test
    void doesNothingBeforeItIsSubscribedTo() {
        template.execute(Statement.of("INSERT ..."));

        assertThat(node.written).isEmpty();
    }

    @Test
    void aSubscriptionTellsWhereToGoOnAndWhoWroteWhat() {
        UUID subscription = new UUID(1, 2);
        Stream.of(
                        new Columns(subscription, COLUMNS),
                        new RowSnapshot(7, todo("1", "a", 0)),
                        new EndOfQuery(4, Map.of(node.actorId(), 9L)),
                        new RowChange(
                                SubscriptionEvent.Type.DELETE, 7, todo("1", "a", 0), null, 5, node.actorId(), 10, true))
                .forEach(event -> node.events.tryEmitNext(event).orThrow());
        SubscriptionOptions options = SubscriptionOptions.DEFAULT.durable();

        StepVerifier.create(template.subscribe(Todo.class, Statement.of("SELECT ..."), options)
                        .take(3))
                .expectNext(new LiveEvent.Existing<>(7, new Todo("1", "a", false)))
                .expectNext(new LiveEvent.Ready<>(
                        new SubscriptionOptions.Position(subscription, 4), Map.of(node.actorId(), 9L)))
                .expectNext(new LiveEvent.Changed<>(
                        new Change<>(SubscriptionEvent.Type.DELETE, new Todo("1", "a", false), null),
                        7,
                        new SubscriptionOptions.Position(subscription, 5),
                        node.actorId(),
                        10,
                        true))
                .verifyComplete();
        assertThat(node.subscribedWith).isEqualTo(options);
    }

    @Test
    void oneRowIsOneNoneIsEmptyAndMoreAreAnError() {
        node.rows = List.of(todo("1", "a", 0));
        assertThat(template.queryOne(Todo.class, "SELECT ...").block()).isEqualTo(new Todo("1", "a", false));

        node.rows = List.of();
        StepVerifier.create(template.queryOne(Todo.class, "SELECT ...")).verifyComplete();

        node.rows = List.of(todo("1", "a", 0), todo("2", "b", 0));
        StepVerifier.create(template.queryOne(Todo.class, "SELECT x")).verifyErrorSatisfies(e -> assertThat(e)
                .isInstanceOf(RowCountException.class)
                .hasMessageContaining("2 rows")
                .hasMessageContaining("SELECT x"));
    }

    @Test
    void tellsBeforehandWhetherRowsFit() {
        template.requireMappable(Todo.class, COLUMNS);

        assertThatExceptionOfType(RowMappingException.class)
                .isThrownBy(() -> template.requireMappable(Todo.class, List.of("id")))
                .withMessageContaining("no column for title");
        assertThatExceptionOfType(RowMappingException.class)
                .isThrownBy(() -> template.requireMappable(String.class, COLUMNS))
                .withMessageContaining("one column");
    }
}
