package dev.corrosion.node;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.Statement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How long a new node takes to have a large database, of a node in another process. To be run by hand: without arguments
 * for a million rows, else with their number.
 */
final class SnapshotMeasurement {

    private static final String SCHEMA =
            "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, amount INTEGER, note TEXT)";

    private SnapshotMeasurement() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 2) {
            receive(arguments[0], Long.parseLong(arguments[1]));
            return;
        }
        long rows = arguments.length == 0 ? 1_000_000 : Long.parseLong(arguments[0]);
        Path directory = Files.createTempDirectory("snapshot");
        try (Corrosion node = Corrosion.open(options(directory, List.of()))) {
            for (long from = 0; from < rows; from += 10_000) {
                node.write(Statement.of(
                        "INSERT INTO item WITH RECURSIVE n(i) AS (SELECT ? UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?)"
                                + " SELECT i, 'name of ' || i, i * 7, 'some note on the item number ' || i FROM n",
                        from,
                        Math.min(rows, from + 10_000)));
            }
            System.out.println("database bytes: " + node.status().databaseBytes());
            Process receiver = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            SnapshotMeasurement.class.getName(),
                            TestCluster.address(node),
                            Long.toString(rows))
                    .inheritIO()
                    .start();
            receiver.waitFor(10, TimeUnit.MINUTES);
        }
    }

    private static void receive(String seed, long rows) throws Exception {
        long begun = System.nanoTime();
        try (Corrosion node = Corrosion.open(options(Files.createTempDirectory("snapshot"), List.of(seed)))) {
            long count = 0;
            while (count < rows) {
                TimeUnit.MILLISECONDS.sleep(100);
                count = node.query(Statement.of("SELECT count(*) AS n FROM item"))
                        .get(0)
                        .getLong("n");
            }
            System.out.println("seconds until " + count + " rows were there: "
                    + Duration.ofNanos(System.nanoTime() - begun).toMillis() / 1000.0);
            System.out.println("copies: " + node.status().counters().get("corrosion.snapshots.installed"));
        }
    }

    private static CorrosionOptions options(Path directory, List<String> seeds) {
        return CorrosionOptions.builder()
                .database(directory.resolve("corrosion.db"))
                .schema("test", SCHEMA)
                .host("127.0.0.1")
                .port(0)
                .secret(TestCluster.SECRET)
                .bootstrap(seeds)
                .build();
    }
}
