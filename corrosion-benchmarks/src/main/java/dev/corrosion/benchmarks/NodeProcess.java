package dev.corrosion.benchmarks;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A node in a process of its own, seen from the one that measures. It is asked by lines on its standard input and answers
 * by lines on its standard output, one for each question and in their order. Whatever else it says goes to a file.
 *
 * <p>One thread at a time.
 */
final class NodeProcess implements AutoCloseable {

    /** What an answer begins with, so that it is told from anything else that is printed. */
    static final String ANSWER = "@";

    /** The answer to a question that could not be answered. */
    static final String FAILURE = "failed ";

    /** Answers that wait at most; no more are asked for at once. */
    private static final int MAX_ANSWERS = 1024;

    /** How often a process is asked for its time. */
    private static final int CLOCK_QUESTIONS = 20;

    private static final int LAST_LINES = 15;
    private static final String END = "";

    private final int index;
    private final Process process;
    private final BufferedWriter questions;
    private final Path log;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>(MAX_ANSWERS);

    private NodeProcess(int index, Process process, Path log) {
        this.index = index;
        this.process = process;
        this.log = log;
        this.questions = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        Thread reader = new Thread(this::read, "node-" + index + "-answers");
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts the same program again, in this directory, with this sub-command. */
    static NodeProcess start(int index, Path directory, List<String> jvm, String subCommand) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        String classPath = System.getProperty("java.class.path");
        boolean nested = NodeProcess.class.getClassLoader() != ClassLoader.getSystemClassLoader();
        command.addAll(nested ? List.of("-jar", classPath) : List.of("-cp", classPath, Benchmarks.class.getName()));
        command.add(subCommand);
        command.add(directory.toString());
        Path log = directory.resolve("log");
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        return new NodeProcess(index, process, log);
    }

    int index() {
        return index;
    }

    /** Asks, and waits for the answer. */
    String ask(String question, Duration timeout) {
        ask(question);
        String answer = answer(timeout);
        if (answer == null) {
            throw silent(timeout);
        }
        return answer;
    }

    /**
     * {@link System#nanoTime} promises nothing between processes, though it is one clock of the machine on Linux
     * (CLOCK_MONOTONIC) and elsewhere: what a process says must be between two readings here. It is asked for its {@code clock}.
     */
    void requireSameClock(Duration timeout) {
        for (int i = 0; i < CLOCK_QUESTIONS; i++) {
            long before = System.nanoTime();
            long there = Long.parseLong(ask("clock", timeout));
            long after = System.nanoTime();
            if (there - before < 0 || after - there < 0) {
                throw new BenchmarkException("the processes of this machine do not share the clock of System.nanoTime:"
                        + " node " + index + " said " + there + " between " + before + " and " + after
                        + ". Latencies between processes cannot be measured here");
            }
        }
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(ANSWER)) {
                    answers.put(line.substring(ANSWER.length()));
                } else {
                    Files.writeString(log, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                }
            }
            answers.put(END);
        } catch (IOException e) {
            answers.add(FAILURE + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Asks; {@link #answer} has what comes of it. */
    void ask(String question) {
        try {
            questions.write(question);
            questions.newLine();
            questions.flush();
        } catch (IOException e) {
            throw died(e);
        }
    }

    /**
     * What it says to the question that is next; null if it has not said it in time.
     *
     * @throws BenchmarkException if it says that it failed, or has died
     */
    @Nullable String answer(Duration timeout) {
        String answer;
        try {
            answer = answers.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchmarkException("interrupted", e);
        }
        if (answer != null && answer.equals(END)) {
            throw died(null);
        }
        if (answer != null && answer.startsWith(FAILURE)) {
            throw new BenchmarkException("node " + index + ": " + answer.substring(FAILURE.length()) + said());
        }
        return answer;
    }

    /** @throws BenchmarkException if it has died */
    void requireAlive() {
        if (!process.isAlive()) {
            throw died(null);
        }
    }

    BenchmarkException silent(Duration timeout) {
        return new BenchmarkException(
                "node " + index + " does not answer within " + timeout.toSeconds() + " s" + said());
    }

    private BenchmarkException died(@Nullable IOException cause) {
        String status = "";
        try {
            status = process.waitFor(5, TimeUnit.SECONDS) ? " with status " + process.exitValue() : "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new BenchmarkException(
                "node " + index + " (process " + process.pid() + ") has ended" + status + said(), cause);
    }

    private String said() {
        try {
            List<String> lines = Files.readAllLines(log);
            return lines.isEmpty()
                    ? ""
                    : "; it said last:\n"
                            + String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
        } catch (IOException e) {
            return "; what it said cannot be read: " + e;
        }
    }

    void kill() {
        process.destroyForcibly();
    }

    /** By SIGTERM. Its input stays open, at whose end it would stop at once. */
    void terminate() {
        process.toHandle().destroy();
    }

    /** Waits until it has ended, as it has been told to. */
    void awaitEnd(Duration timeout) {
        try {
            if (!process.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new BenchmarkException(
                        "node " + index + " does not end within " + timeout.toSeconds() + " s" + said());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchmarkException("interrupted", e);
        }
    }

    /** It ends when its input does; if not soon, it is killed. */
    @Override
    public void close() {
        try {
            questions.close();
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                kill();
            }
            process.waitFor();
        } catch (IOException e) {
            kill();
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
    }
}
