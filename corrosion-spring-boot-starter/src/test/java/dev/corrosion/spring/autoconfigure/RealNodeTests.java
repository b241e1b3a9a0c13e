package dev.corrosion.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.AwaitTimeoutException;
import dev.corrosion.Corrosion;
import dev.corrosion.Statement;
import dev.corrosion.SubscriptionEvent;
import dev.corrosion.WriteException;
import dev.corrosion.WriteResult;
import dev.corrosion.spring.Change;
import dev.corrosion.spring.ConstraintViolationException;
import dev.corrosion.spring.CorrosionSchema;
import dev.corrosion.spring.CorrosionTemplate;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import reactor.test.StepVerifier;

/** The starter around a real node. */
@NullUnmarked
@ExtendWith(OutputCaptureExtension.class)
class RealNodeTests {

    @TempDir
    Path directory;

    private ApplicationContextRunner runner;

    record Todo(String id, String title, boolean done) {}

    @BeforeEach
    void aNodeInADirectoryOfItsOwn() {
        runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(CorrosionAutoConfiguration.class))
                .withBean(CorrosionSchema.class, () -> new CorrosionSchema("todos", """
                        CREATE TABLE todos (
                            id TEXT NOT NULL PRIMARY KEY, title TEXT NOT NULL DEFAULT '', done INTEGER NOT NULL DEFAULT 0
                        );"""))
                .withPropertyValues(
                        "spring.application.name=app",
                        "corrosion.node.data-directory=" + directory.resolve("data"),
                        "corrosion.cluster.port=0");
    }

    private static Statement insert(String id, String title) {
        return Statement.of("INSERT INTO todos (id, title) VALUES (?, ?)", id, title);
    }

    @Test
    void opensASingleNodeAndSaysSoInOneLine(CapturedOutput output) {
        runner.run(context -> {
            assertThat(context.getBean(Corrosion.class).status().name()).isEqualTo("app");
            assertThat(directory.resolve("data").resolve("corrosion.db")).exists();
            assertThat(output.getOut().lines().filter(line -> line.contains("NodeOpener")))
                    .singleElement()
                    .asString()
                    .contains("single node", "corrosion.db", "127.0.0.1:", "security: development");
        });
    }

    @Test
    void tablesThatOthersMayWriteToAreReadOnlyHere() {
        runner.withPropertyValues(
                        "corrosion.security.write-rules[0].tables=ToDo*, config",
                        "corrosion.security.write-rules[0].nodes=0b4f3c1e-6a51-4c0e-9d2b-1c9a6d0e7f55",
                        "corrosion.security.write-rules[0].tags=operator")
                .run(context -> StepVerifier.create(
                                context.getBean(CorrosionTemplate.class).execute(insert("1", "a")))
                        .verifyErrorSatisfies(failure -> assertThat(failure)
                                .isInstanceOf(WriteException.class)
                                .hasMessageContaining("may not write to the table todos")));
    }

    @Test
    void theDataIsThereAfterARestartAndTheNodeIsTheSame() {
        runner.run(context -> context.getBean(CorrosionTemplate.class)
                .execute(insert("1", "a"), insert("2", "b"))
                .block());
        String first = query();

        assertThat(query()).isEqualTo(first).contains("a, b");
    }

    private String query() {
        StringBuilder found = new StringBuilder();
        runner.run(context -> found.append(context.getBean(Corrosion.class).actorId())
                .append(": ")
                .append(String.join(
                        ", ",
                        context.getBean(CorrosionTemplate.class)
                                .query(String.class, "SELECT title FROM todos ORDER BY title")
                                .collectList()
                                .block())));
        return found.toString();
    }

    @Test
    void followsAQueryAsChangesAndAsWholeResults() {
        runner.run(context -> {
            CorrosionTemplate template = context.getBean(CorrosionTemplate.class);
            template.execute(insert("1", "a")).block();

            StepVerifier.create(template.changes(Todo.class, "SELECT id, title, done FROM todos"))
                    .expectNext(new Change<>(SubscriptionEvent.Type.INSERT, new Todo("1", "a", false), null))
                    .then(() -> template.execute(Statement.of("UPDATE todos SET done = ? WHERE id = ?", true, "1"))
                            .block())
                    .expectNext(new Change<>(
                            SubscriptionEvent.Type.UPDATE, new Todo("1", "a", true), new Todo("1", "a", false)))
                    .thenCancel()
                    .verify();
            StepVerifier.create(template.live(String.class, "SELECT title FROM todos ORDER BY title DESC"))
                    .expectNext(List.of("a"))
                    .then(() -> template.execute(insert("2", "b")).block())
                    .expectNext(List.of("b", "a"))
                    .thenCancel()
                    .verify();
        });
    }

    @Test
    void aFailingTransactionIsAnErrorOfTheMonoAndLeavesNothing() {
        runner.run(context -> {
            CorrosionTemplate template = context.getBean(CorrosionTemplate.class);

            StepVerifier.create(template.execute(insert("1", "a"), Statement.of("INSERT INTO nowhere VALUES (1)")))
                    .verifyErrorSatisfies(e -> assertThat(e).isInstanceOf(WriteException.class));
            StepVerifier.create(template.query(String.class, "SELECT id FROM todos"))
                    .verifyComplete();
        });
    }

    private FailureAnalysis analysisOfStart(String... properties) {
        FailureAnalysis[] analysis = new FailureAnalysis[1];
        runner.withPropertyValues(properties).run(context -> {
            assertThat(context).hasFailed();
            analysis[0] = new CorrosionFailureAnalyzer().analyze(context.getStartupFailure());
        });
        assertThat(analysis[0]).as("analysis").isNotNull();
        return analysis[0];
    }

    @Test
    void refusesToBeOpenToAllAndSaysWhatToSet() {
        assertThat(analysisOfStart("corrosion.cluster.host=0.0.0.0").getAction())
                .contains("corrosion.security.secret");
    }

    @Test
    void saysThatASecretIsTooShortWithoutShowingIt() {
        FailureAnalysis analysis = analysisOfStart("corrosion.security.secret=hunter2");

        assertThat(analysis.getDescription()).contains("at least 16").doesNotContain("hunter2");
    }

    @Test
    void saysThatThePortIsTaken() throws Exception {
        try (DatagramSocket taken = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            FailureAnalysis analysis = analysisOfStart("corrosion.cluster.port=" + taken.getLocalPort());

            assertThat(analysis.getDescription()).contains(String.valueOf(taken.getLocalPort()));
            assertThat(analysis.getAction()).contains("corrosion.cluster.port");
        }
    }

    @Test
    void saysThatTheAddressIsNotOfThisMachine() {
        FailureAnalysis analysis = analysisOfStart(
                "corrosion.cluster.host=192.0.2.1", "corrosion.security.secret=0123456789abcdef0123456789abcdef");

        assertThat(analysis.getAction()).contains("corrosion.cluster.advertised-host");
    }

    @Test
    void saysWhichSchemaIsWrong() throws Exception {
        Path file = Files.writeString(directory.resolve("broken.sql"), "CREATE TABLE broken (");

        FailureAnalysis analysis = analysisOfStart("corrosion.schema.locations=file:" + file);

        assertThat(analysis.getDescription()).contains("broken.sql, line 1");
        assertThat(analysis.getAction()).contains("corrosion.schema.locations");
    }

    @Test
    void aDryRunLogsThePlanAndStartsNothing(CapturedOutput output) throws Exception {
        runner.run(context -> assertThat(context).hasNotFailed());
        Path file = Files.writeString(directory.resolve("more.sql"), "CREATE TABLE more (id TEXT PRIMARY KEY)");
        String location = "corrosion.schema.locations=file:" + file;

        FailureAnalysis analysis = analysisOfStart("corrosion.schema.dry-run=true", location);

        assertThat(analysis.getDescription()).contains("nothing was changed", "create the table more");
        assertThat(analysis.getAction()).contains("Remove corrosion.schema.dry-run");
        assertThat(output.getOut()).contains("create the table more");
        runner.run(context -> assertThat(context.getBean(Corrosion.class)
                        .query(Statement.of("SELECT 1 FROM sqlite_schema WHERE name = 'more'")))
                .isEmpty());
    }

    @Test
    void dropsDataOnlyIfThatIsAllowed() throws Exception {
        Path file = Files.writeString(directory.resolve("t.sql"), "CREATE TABLE t (id TEXT PRIMARY KEY, a, b)");
        String location = "corrosion.schema.locations=file:" + file;
        runner.withPropertyValues(location).run(context -> assertThat(context).hasNotFailed());
        Files.writeString(file, "CREATE TABLE t (id TEXT PRIMARY KEY, a)");

        assertThat(analysisOfStart(location).getDescription())
                .contains("t.sql, line 1", "drop the column b", "corrosion.schema.allow-destructive");
        runner.withPropertyValues(location, "corrosion.schema.allow-destructive=true")
                .run(context -> assertThat(context.getBean(Corrosion.class)
                                .query(Statement.of("SELECT name FROM pragma_table_info('t')")))
                        .hasSize(2));
    }

    @Test
    void saysThatTheDataDirectoryIsInUse() {
        runner.run(context -> {
            assertThat(context).hasNotFailed();
            FailureAnalysis analysis = analysisOfStart();
            assertThat(analysis.getDescription()).contains("is open in another");
            assertThat(analysis.getAction()).contains("Stop the other process", "corrosion.node.data-directory");
        });
    }

    record Counted(String id, Instant seen, List<String> tags) {}

    @Test
    void aTransactionReturnsTheRowsOfItsStatements() {
        runner.withBean(
                        "counted",
                        CorrosionSchema.class,
                        () -> new CorrosionSchema(
                                "counted",
                                "CREATE TABLE counted (id TEXT NOT NULL PRIMARY KEY, seen TEXT, tags TEXT, n INTEGER CHECK (n > 0));"))
                .run(context -> {
                    CorrosionTemplate template = context.getBean(CorrosionTemplate.class);
                    Counted counted = new Counted("1", Instant.EPOCH, List.of("a", "b"));

                    StepVerifier.create(template.returning(
                                    Counted.class,
                                    insert("1", "a"),
                                    Statement.of(
                                            "INSERT INTO counted (id, seen, tags) VALUES (?, ?, ?) RETURNING id, seen, tags",
                                            counted.id(),
                                            counted.seen(),
                                            counted.tags())))
                            .expectNext(counted)
                            .verifyComplete();
                    StepVerifier.create(template.execute("INSERT INTO counted (id, n) VALUES ('2', -1)"))
                            .verifyErrorSatisfies(e -> assertThat(e)
                                    .isInstanceOfSatisfying(ConstraintViolationException.class, violation -> assertThat(
                                                    violation.statementIndex())
                                            .isZero()));
                });
    }

    @Test
    void waitsForTheTransactionThatItIsToldOf() {
        runner.run(context -> {
            CorrosionTemplate template = context.getBean(CorrosionTemplate.class);
            WriteResult write = template.execute(insert("1", "a")).block();

            StepVerifier.create(template.await(write, Duration.ofSeconds(5))).verifyComplete();
            StepVerifier.create(template.await(write.actorId(), write.version() + 1, Duration.ofMillis(20)))
                    .verifyError(AwaitTimeoutException.class);
        });
    }
}
