package dev.corrosion.spring.actuate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the metrics that an expression of Prometheus reads. Follows its grammar as far as that takes. */
final class PromQl {

    private static final Pattern TOKEN =
            Pattern.compile("(?<skip>\\s+|#[^\\n]*|\"(?:\\\\.|[^\"\\\\])*\"|'(?:\\\\.|[^'\\\\])*'|`[^`]*`)"
                    + "|(?<number>[0-9][0-9a-zA-Z.]*)"
                    + "|(?<variable>\\$\\{?[A-Za-z_][A-Za-z0-9_]*}?)"
                    + "|(?<name>[A-Za-z_:][A-Za-z0-9_:]*)"
                    + "|(?<sign>.)");

    private static final Set<String> LABELS_FOLLOW =
            Set.of("by", "without", "on", "ignoring", "group_left", "group_right");

    private static final Set<String> WORDS =
            Set.of("and", "or", "unless", "bool", "offset", "inf", "nan", "start", "end");

    private PromQl() {}

    static Set<String> metrics(String expression) {
        List<String> tokens = tokens(expression);
        Set<String> metrics = new TreeSet<>();
        int braces = 0;
        for (int i = 0; i < tokens.size(); i++) {
            String token = tokens.get(i);
            String next = i + 1 < tokens.size() ? tokens.get(i + 1) : "";
            if (token.equals("{") || token.equals("[")) {
                braces++;
            } else if (token.equals("}") || token.equals("]")) {
                braces--;
            } else if (braces == 0 && Character.isLetter(token.charAt(0))) {
                String word = token.toLowerCase(Locale.ROOT);
                if (LABELS_FOLLOW.contains(word) && next.equals("(")) {
                    i = tokens.subList(i, tokens.size()).indexOf(")") + i;
                } else if (!next.equals("(") && !isAggregationBeforeLabels(next) && !WORDS.contains(word)) {
                    metrics.add(token);
                }
            }
        }
        return metrics;
    }

    /** As in {@code sum by (instance) (...)}. */
    private static boolean isAggregationBeforeLabels(String next) {
        return next.equals("by") || next.equals("without");
    }

    private static List<String> tokens(String expression) {
        List<String> tokens = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(expression);
        while (matcher.find()) {
            if (matcher.group("skip") == null && matcher.group("number") == null && matcher.group("variable") == null) {
                tokens.add(matcher.group());
            }
        }
        return tokens;
    }
}
