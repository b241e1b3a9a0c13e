package dev.corrosion.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What to measure and how long.
 *
 * @param rows rows of the table, and changes of a merge
 * @param rounds measured rounds; {@link #WARM_UP_ROUNDS} more go before them
 * @param only names of benchmarks or sections, or empty for all but {@code heap}
 * @param walPages at how many pages of the WAL it is moved into the file
 * @param crSqlite the cr-sqlite extension to compare with
 */
record StoreOptions(int rows, int rounds, Set<String> only, int walPages, Optional<Path> crSqlite) {

    static final int WARM_UP_ROUNDS = 2;

    private static final int DEFAULT_ROWS = 100_000;
    private static final int DEFAULT_ROUNDS = 5;

    /** SQLite's own. */
    private static final int DEFAULT_WAL_PAGES = 1000;

    static final String HELP = """
            store: the cost of a replicated table services(id TEXT PRIMARY KEY, name, addr, port, meta) against the same
            work on a plain one; thread CPU time and ratios are medians over rounds that alternate between the two.

              writes    insert-1, insert-1000, update-1, update-1000, upsert-1000: only the name changes,
                        delete-1000, file-size; a transaction has 1 or 1000 rows. Updates go through the table in
                        no order, inserts and deletes in that of the keys; update-1000-ordered and
                        delete-1000-shuffled are the opposite. delete-1000 and delete-1000-shuffled delete rows
                        that were never updated, delete-1000-updated those that all the updates went over
              reads     select-point, select-scan: of the user table
              merge     merge-new, merge-again, merge-winning, read-changes: per change
              writers   1 and 8 threads, each with transactions of one row, synchronous FULL and NORMAL
              heap      used heap while a hundred times --rows changes are written and merged; only if asked for

              --rows N         rows of the table, and changes of a merge (default 100000); insert-1 and update-1 do
                               a fifth as many transactions, writers a twentieth
              --rounds N       measured rounds (default 5), after 2 that warm up
              --only NAME,...  some of the names above: a section (writes, reads, ...) or a single benchmark
              --wal-pages N    at how many pages of the WAL it is moved into the file, for all alike (default 1000,
                               which is SQLite's; a node does it at 4096)
              --crsqlite PATH  do the same with this build of cr-sqlite, an extension such as crsqlite.so
              --help           this text

            CPU time per row holds better than rates, ratios better than either; run on an otherwise idle machine.
            Temporary files go to java.io.tmpdir (-Djava.io.tmpdir=DIR), which should be a real disk.
            """;

    StoreOptions {
        if (rows < 1 || rounds < 1 || walPages < 1) {
            throw new UsageException("--rows, --rounds and --wal-pages must be positive");
        }
        crSqlite.ifPresent(file -> {
            if (!Files.isRegularFile(file)) {
                throw new UsageException("--crsqlite: there is no file " + file);
            }
        });
        only = Set.copyOf(only);
    }

    static StoreOptions parse(List<String> arguments) {
        return Arguments.parse(
                arguments,
                given -> new StoreOptions(
                        given.number("--rows", DEFAULT_ROWS),
                        given.number("--rounds", DEFAULT_ROUNDS),
                        given.value("--only", Set.of(), StoreOptions::names),
                        given.number("--wal-pages", DEFAULT_WAL_PAGES),
                        given.value(
                                "--crsqlite",
                                Optional.empty(),
                                file -> Optional.of(Path.of(file).toAbsolutePath()))));
    }

    private static Set<String> names(String list) {
        return Arrays.stream(list.split(",", -1))
                .map(StoreBenchmark::named)
                .flatMap(Collection::stream)
                .collect(Collectors.toSet());
    }

    /** How many transactions of one row there are. */
    int singles() {
        return Math.max(1, rows / 5);
    }

    boolean wantsAny(List<String> names) {
        return names.stream().anyMatch(this::wants);
    }

    boolean wants(String name) {
        return only.isEmpty() ? !name.equals(HeapBenchmark.NAME) : only.contains(name);
    }
}
