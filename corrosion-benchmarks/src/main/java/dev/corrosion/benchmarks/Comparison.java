package dev.corrosion.benchmarks;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What each kind cost in each round, by the name of the benchmark. */
final class Comparison {

    private final Map<String, Map<Kind, List<Cost>>> costs = new LinkedHashMap<>();

    void add(String name, Kind kind, Cost cost) {
        costs.computeIfAbsent(name, any -> new EnumMap<>(Kind.class))
                .computeIfAbsent(kind, any -> new ArrayList<>())
                .add(cost);
    }

    void report(Report report) {
        costs.forEach((name, byKind) -> byKind.forEach((kind, rounds) -> {
            String subject = name + "." + kind.label();
            double cpu = median(rounds, Cost::cpuMicros);
            report.line(subject + ".cpu", "%.2f us", cpu);
            report.line(subject + ".rate", "%.0f/s", median(rounds, Cost::rate));
            List<Cost> plain = byKind.get(Kind.PLAIN);
            if (plain != null && kind != Kind.PLAIN) {
                double ratio = ratio(plain, rounds);
                report.line(subject + ".ratio", "x%.2f", ratio);
                report.result(resultName(name, kind) + ".ratio", ratio);
            }
            report.result(resultName(name, kind) + ".cpu", cpu);
        }));
    }

    /** Targets are about Corrosion. */
    private static String resultName(String name, Kind kind) {
        return kind == Kind.CORROSION ? name : name + "." + kind.label();
    }

    private static double median(List<Cost> rounds, ToDoubleFunction<Cost> figure) {
        return Report.median(rounds.stream().mapToDouble(figure).boxed().toList());
    }

    /** The median of the ratios round by round: what slows a whole round down does not count. */
    private static double ratio(List<Cost> plain, List<Cost> other) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < plain.size(); i++) {
            ratios.add(other.get(i).cpuMicros() / plain.get(i).cpuMicros());
        }
        return Report.median(ratios);
    }
}
