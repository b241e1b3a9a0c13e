package dev.corrosion.query;

import dev.corrosion.CorrosionException;
import dev.corrosion.query.Program.Instruction;
import dev.corrosion.store.SqlToken;
import dev.corrosion.store.SqlToken.Kind;
import dev.corrosion.store.SqlTokenizer;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Refuses queries whose result may change although no row does: those that call a function of chance, of the present
 * time, or of what the connection did. Which functions are called, views included, SQLite's program tells.
 */
final class Determinism {

    private static final Set<String> NEVER = Set.of(
            "random",
            "randomblob",
            "changes",
            "total_changes",
            "last_insert_rowid",
            "current_date",
            "current_time",
            "current_timestamp",
            "load_extension");

    /** Functions of time, with how many arguments come before the first time. */
    private static final Map<String, Integer> TIMES =
            Map.of("date", 0, "time", 0, "datetime", 0, "julianday", 0, "unixepoch", 0, "timediff", 0, "strftime", 1);

    /** What these functions take for the present where a time is expected. */
    private static final Set<String> NOW = Set.of("now", "subsec", "subsecond");

    private final String sql;
    private final Program program;

    Determinism(String sql, Program program) {
        this.sql = sql;
        this.program = program;
    }

    /** Whether a text {@code now} in a parameter may mean the present. */
    boolean readsDates() {
        return program.instructions().stream().anyMatch(Determinism::isTime);
    }

    static boolean isNow(Object value) {
        return value instanceof String text && NOW.contains(Catalog.lower(text));
    }

    /**
     * Checks the query.
     *
     * @param texts of the query and of the views that it names
     * @throws CorrosionException if it is refused
     */
    void require(List<String> texts) {
        for (Instruction step : program.instructions()) {
            if (step.is("Function", "PureFunc") && NEVER.contains(Catalog.lower(step.function()))) {
                throw refuse(step.function());
            }
        }
        if (!readsDates()) {
            return;
        }
        Set<Long> present = new HashSet<>();
        for (Instruction step : program.instructions()) {
            if (step.is("String8") && isNow(Objects.requireNonNullElse(step.p4(), ""))) {
                present.add(step.p2());
            }
        }
        for (Instruction step : program.instructions()) {
            if (isTime(step) && usesPresent(step, present)) {
                throw refuse(step.function());
            }
        }
        texts.forEach(this::requireTimes);
    }

    private static boolean isTime(Instruction step) {
        return step.is("Function", "PureFunc") && TIMES.containsKey(Catalog.lower(step.function()));
    }

    private static boolean usesPresent(Instruction call, Set<Long> present) {
        String function = Catalog.lower(call.function());
        long first = call.p2() + Objects.requireNonNull(TIMES.get(function));
        return present.contains(first) || (function.equals("timediff") && present.contains(first + 1));
    }

    /** Without a time, these functions take the present. */
    private void requireTimes(String text) {
        List<SqlToken> tokens = SqlTokenizer.tokenize(text);
        for (int i = 0; i + 1 < tokens.size(); i++) {
            Integer before = TIMES.get(Catalog.lower(tokens.get(i).name()));
            boolean call =
                    tokens.get(i).kind() != Kind.LITERAL && tokens.get(i + 1).is("(");
            if (before != null && call && arguments(tokens, i + 2) <= before) {
                throw refuse(tokens.get(i).name());
            }
        }
    }

    private static int arguments(List<SqlToken> tokens, int from) {
        int depth = 0;
        int commas = 0;
        for (int i = from; i < tokens.size(); i++) {
            SqlToken token = tokens.get(i);
            if (token.is("(")) {
                depth++;
            } else if (token.is(")")) {
                if (depth-- == 0) {
                    return i == from ? 0 : commas + 1;
                }
            } else if (token.is(",") && depth == 0) {
                commas++;
            }
        }
        return commas + 1;
    }

    private CorrosionException refuse(String function) {
        String why = function + " gives another value each time, without any row having changed, so the query cannot be"
                + " followed; give the value as a parameter";
        int offset = SqlPosition.ofName(sql, function);
        return offset < 0
                ? new CorrosionException("in a view that the query reads: " + why)
                : SqlPosition.refuse(sql, offset, why);
    }
}
