package dev.corrosion.benchmarks;

import dev.corrosion.ActorId;
import dev.corrosion.AwaitTimeoutException;
import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.Member;
import dev.corrosion.NodeStatus;
import dev.corrosion.Statement;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A node of the measured cluster: does what it is told line by line, and ends with its input. Questions are answered in
 * order, on a thread beside the one that reads, so that the end is noticed whatever goes on.
 */
final class PropagationNode {

    /** The name of the sub-command; not for people. */
    static final String COMMAND = "propagation-node";

    static final String TABLE = "propagation";
    private static final String LOAD = "propagation_load";
    private static final String SCHEMA = "CREATE TABLE " + TABLE
            + " (node INTEGER NOT NULL, slot INTEGER NOT NULL, n INTEGER NOT NULL DEFAULT 0, text TEXT NOT NULL DEFAULT '',"
            + " PRIMARY KEY (node, slot)); CREATE TABLE " + LOAD
            + " (node INTEGER NOT NULL, n INTEGER NOT NULL, text TEXT NOT NULL DEFAULT '', PRIMARY KEY (node, n));";
    private static final String PACED = "INSERT INTO " + TABLE
            + " (node, slot, n, text) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET n = excluded.n, text = excluded.text";
    private static final String SATURATION = "INSERT INTO " + LOAD + " (node, n, text) VALUES (?, ?, ?)";
    private static final String TEXT = "some text of about sixty characters, as an address or a name";

    /** How often it is looked whether something has come that nothing tells of. */
    private static final long POLL_NANOS = Duration.ofMillis(10).toNanos();

    /** Rows that a node overwrites in turn, so that a result stays small however much is written. */
    static final int SLOTS = 16;

    private final Path directory;
    private @Nullable Corrosion node;
    private @Nullable Sightings sightings;
    private int index;
    private long written;
    private long loaded;

    private PropagationNode(Path directory) {
        this.directory = directory;
    }

    static void run(List<String> arguments) throws IOException {
        Answers.give(new PropagationNode(Path.of(arguments.get(0)))::answer);
    }

    private String answer(String question, List<String> words) throws InterruptedException, ExecutionException {
        return switch (question) {
            case "open" -> open(words);
            case "members" -> members(Integer.parseInt(words.get(0)));
            case "position" -> position();
            case "follow" -> follow(words);
            case "paced" -> paced(number(words, 0), number(words, 1), (int) number(words, 2));
            case "sightings" -> sightings().report(Duration.ofSeconds(number(words, 0)));
            case "saturate" -> saturate(number(words, 0), Duration.ofSeconds(number(words, 1)), (int) number(words, 2));
            case "arrived" -> arrived(Duration.ofSeconds(number(words, 0)), words.subList(1, words.size()));
            case "collect" -> collect();
            case "usage" -> Usage.now(node().status().counters()).toLine();
            default -> throw new IllegalArgumentException("no such question");
        };
    }

    private static long number(List<String> words, int at) {
        return Long.parseLong(words.get(at));
    }

    /** index, secret, bootstrap; answers with actor and address. */
    private String open(List<String> words) {
        index = Integer.parseInt(words.get(0));
        CorrosionOptions.Builder options = CorrosionOptions.builder()
                .database(directory.resolve("node.db"))
                .schema(SCHEMA)
                .name("node-" + index)
                .host("127.0.0.1")
                .port(0)
                .secret(words.get(1));
        if (words.size() > 2) {
            options.bootstrap(List.of(words.get(2)));
        }
        node = Corrosion.open(options.build());
        NodeStatus status = node().status();
        return status.actorId() + " " + status.address().getHostString() + ":"
                + status.address().getPort();
    }

    private String members(int count) throws InterruptedException {
        while (node().status().members().stream()
                        .filter(member -> member.state() == Member.State.ALIVE)
                        .count()
                < count) {
            Thread.sleep(Duration.ofNanos(POLL_NANOS).toMillis());
        }
        return "all";
    }

    /** Answers with the last own version and how many paced writes there were. */
    private String position() {
        NodeStatus.Versions own = node().status().versions().get(node().actorId());
        return (own == null ? 0 : own.head()) + " " + written;
    }

    /** See {@link Sightings}. */
    private String follow(List<String> words) {
        Sightings previous = sightings;
        if (previous != null) {
            previous.close();
        }
        sightings = new Sightings(node(), index, words);
        return "following";
    }

    /** Answers with triples: version, when the call began, when it returned. */
    private String paced(long start, long period, int count) {
        StringBuilder answer = new StringBuilder();
        for (int i = 0; i < count; i++) {
            sleepUntil(start + i * period);
            long begun = System.nanoTime();
            long version = node().write(Statement.of(PACED, index, written % SLOTS, written, TEXT))
                    .version();
            long ended = System.nanoTime();
            written++;
            answer.append(version)
                    .append(' ')
                    .append(begun)
                    .append(' ')
                    .append(ended)
                    .append(' ');
        }
        return answer.toString().trim();
    }

    private static void sleepUntil(long time) {
        for (long left = time - System.nanoTime(); left > 0; left = time - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** Answers with how many were committed, the last version and when that was. */
    private String saturate(long start, Duration length, int threads) throws InterruptedException, ExecutionException {
        ExecutorService writers = Executors.newFixedThreadPool(threads);
        AtomicLong next = new AtomicLong(loaded);
        AtomicLong last = new AtomicLong();
        List<Future<?>> running = new ArrayList<>();
        sleepUntil(start);
        for (int i = 0; i < threads; i++) {
            running.add(writers.submit(() -> {
                while (System.nanoTime() - start < length.toNanos()) {
                    long version = node().write(Statement.of(SATURATION, index, next.getAndIncrement(), TEXT))
                            .version();
                    last.accumulateAndGet(version, Math::max);
                }
            }));
        }
        for (Future<?> one : running) {
            one.get();
        }
        long ended = System.nanoTime();
        writers.shutdown();
        long committed = next.get() - loaded;
        loaded = next.get();
        return committed + " " + last.get() + " " + ended;
    }

    /** actor=version of each node: waits for all up to these, and answers with when that was and how many are missing. */
    private String arrived(Duration timeout, List<String> words) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        for (String word : words) {
            String[] parts = word.split("=", -1);
            try {
                node().await(
                                ActorId.parse(parts[0]),
                                Long.parseLong(parts[1]),
                                Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
            } catch (AwaitTimeoutException e) {
                break; // what is missing is counted below
            }
        }
        long missing = node().status().missingVersions();
        while (missing > 0 && System.nanoTime() < deadline) {
            Thread.sleep(Duration.ofNanos(POLL_NANOS).toMillis());
            missing = node().status().missingVersions();
        }
        return System.nanoTime() + " " + missing;
    }

    private static String collect() {
        return Long.toString(Usage.heapAfterCollection());
    }

    private Corrosion node() {
        Corrosion opened = node;
        if (opened == null) {
            throw new IllegalStateException("not opened yet");
        }
        return opened;
    }

    private Sightings sightings() {
        Sightings current = sightings;
        if (current == null) {
            throw new IllegalStateException("nothing is followed");
        }
        return current;
    }

    /** For the parts of a line. */
    static long[] numbers(String line) {
        return line.isEmpty()
                ? new long[0]
                : Arrays.stream(line.split(" ", -1)).mapToLong(Long::parseLong).toArray();
    }
}
