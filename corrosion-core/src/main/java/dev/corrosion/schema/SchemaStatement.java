package dev.corrosion.schema;

import dev.corrosion.CorrosionException;
import dev.corrosion.CorrosionOptions.SchemaSource;
import dev.corrosion.SchemaException;
import dev.corrosion.store.SqlErrors;
import dev.corrosion.store.SqlToken;
import dev.corrosion.store.SqlTokenizer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One statement of a source.
 *
 * @param source where it stands
 * @param tokens its tokens, without the semicolon; never empty
 */
record SchemaStatement(SchemaSource source, List<SqlToken> tokens) {

    /** How much of a statement is quoted in a message. */
    private static final int MAX_QUOTED = 100;

    private static final Pattern NEAR = Pattern.compile("near \"(.+)\": syntax error", Pattern.DOTALL);

    /** All statements of a source. */
    static List<SchemaStatement> split(SchemaSource source) {
        List<SqlToken> tokens;
        try {
            tokens = SqlTokenizer.tokenize(source.sql());
        } catch (CorrosionException e) {
            throw new SchemaException(source.name() + ", " + e.getMessage(), e);
        }
        List<SchemaStatement> statements = new ArrayList<>();
        List<SqlToken> statement = new ArrayList<>();
        for (SqlToken token : tokens) {
            if (token.kind() != SqlToken.Kind.SEMICOLON || insideTrigger(statement)) {
                statement.add(token);
            } else {
                add(statements, source, statement);
                statement = new ArrayList<>();
            }
        }
        add(statements, source, statement);
        return statements;
    }

    /** A trigger has semicolons of its own, and ends with the one behind its {@code ; END}. */
    private static boolean insideTrigger(List<SqlToken> begun) {
        int at = begun.size() > 1 && (begun.get(1).is("TEMP") || begun.get(1).is("TEMPORARY")) ? 2 : 1;
        if (begun.size() <= at || !begun.get(0).is("CREATE") || !begun.get(at).is("TRIGGER")) {
            return false;
        }
        return !begun.get(begun.size() - 1).is("END")
                || begun.get(begun.size() - 2).kind() != SqlToken.Kind.SEMICOLON;
    }

    private static void add(List<SchemaStatement> statements, SchemaSource source, List<SqlToken> tokens) {
        if (!tokens.isEmpty()) {
            statements.add(new SchemaStatement(source, tokens));
        }
    }

    String sql() {
        return source.sql()
                .substring(tokens.get(0).start(), tokens.get(tokens.size() - 1).end());
    }

    /** What it creates, {@code table}, {@code index}, {@code view} or {@code trigger}. Everything else is refused. */
    String creates() {
        if (!word(0, "CREATE")) {
            throw refused(tokens.get(0).text() + " does not belong into a schema: it holds CREATE TABLE, CREATE INDEX,"
                    + " CREATE VIEW and CREATE TRIGGER only. It says what the tables are to be; new columns are added to"
                    + " the database when they are added to CREATE TABLE");
        }
        int at = word(1, "UNIQUE") ? 2 : 1;
        for (String type : List.of("table", "index", "view", "trigger")) {
            if (word(at, type)) {
                return type;
            }
        }
        throw refused("CREATE " + (at < tokens.size() ? tokens.get(at).text() : "") + " cannot be replicated: only"
                + " plain tables, indexes, views and triggers can");
    }

    private boolean word(int index, String word) {
        return index < tokens.size() && tokens.get(index).is(word);
    }

    /**
     * Where it stands: source and line.
     *
     * @param at a token of it; null stands for the first
     */
    String location(@Nullable SqlToken at) {
        SqlToken token = at == null ? tokens.get(0) : at;
        return source.name() + ", line " + SqlTokenizer.line(source.sql(), token.start());
    }

    SchemaException refused(String why) {
        return refused(null, why, null);
    }

    /** In SQLite's own words, and at the token that it blames if that is plain. */
    SchemaException refused(SQLException e) {
        String reason = SqlErrors.reason(e);
        Matcher near = NEAR.matcher(reason);
        List<SqlToken> blamed = near.find()
                ? tokens.stream()
                        .filter(token -> token.text().equals(near.group(1)))
                        .toList()
                : List.of();
        return refused(blamed.size() == 1 ? blamed.get(0) : null, reason, e);
    }

    /** @param at the token that is to blame; null blames the whole statement */
    SchemaException refused(@Nullable SqlToken at, String why, @Nullable Throwable cause) {
        return new SchemaException(location(at) + ": " + why + " (in: " + firstLine() + ")", cause);
    }

    private String firstLine() {
        String line = sql().lines().findFirst().orElse("").strip();
        return line.length() <= MAX_QUOTED ? line : line.substring(0, MAX_QUOTED) + "...";
    }
}
