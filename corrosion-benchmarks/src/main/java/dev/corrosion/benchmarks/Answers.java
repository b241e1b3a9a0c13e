package dev.corrosion.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The questions of one who measures, on the standard input of a process, and its answers on the standard output: in order, on a thread
 * beside the one that reads, so that the end is noticed whatever goes on. The question {@code clock} is answered here.
 */
final class Answers {

    /** Answers one question. */
    @FunctionalInterface
    interface Answerer {
        String answer(String question, List<String> words) throws Exception;
    }

    private final Answerer answerer;
    private final PrintStream out;

    private Answers(Answerer answerer, PrintStream out) {
        this.answerer = answerer;
        this.out = out;
    }

    /** Answers until the input ends, and ends the process then. */
    static void give(Answerer answerer) throws IOException {
        Answers answers = new Answers(answerer, System.out);
        // What the application prints is no answer.
        System.setOut(System.err);
        ExecutorService worker = Executors.newSingleThreadExecutor();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                List<String> words = List.of(line.split(" ", -1));
                worker.execute(() -> answers.answer(words));
            }
        }
        // Its files are about to be deleted: there is nothing that should be closed in order.
        Runtime.getRuntime().halt(0);
    }

    private void answer(List<String> words) {
        String answer;
        try {
            answer = words.get(0).equals("clock")
                    ? Long.toString(System.nanoTime())
                    : answerer.answer(words.get(0), words.subList(1, words.size()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            answer = NodeProcess.FAILURE + "interrupted";
        } catch (Exception e) {
            e.printStackTrace();
            answer = NodeProcess.FAILURE + String.join(" ", words) + ": " + e;
        }
        out.println(NodeProcess.ANSWER + answer);
        out.flush();
    }
}
