package dev.corrosion.schema;

import dev.corrosion.CorrosionException;
import dev.corrosion.CorrosionOptions.SchemaSource;
import dev.corrosion.SchemaException;
import dev.corrosion.store.SqlToken;
import dev.corrosion.store.SqlTokenizer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One statement of a source.
 *
 * @param source where it stands
 * @param tokens its tokens, without the semicolon; never empty
 */
record SchemaStatement(SchemaSource source, List<SqlToken> tokens) {

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
            if (token.kind() != SqlToken.Kind.SEMICOLON) {
                statement.add(token);
            } else {
                add(statements, source, statement);
                statement = new ArrayList<>();
            }
        }
        add(statements, source, statement);
        return statements;
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

    /** What it creates, {@code TABLE}, {@code INDEX} or {@code VIEW}. Everything else is refused. */
    String creates() {
        if (!word(0, "CREATE")) {
            throw refused(tokens.get(0).text() + " does not belong into a schema: it holds CREATE TABLE, CREATE INDEX"
                    + " and CREATE VIEW only. It says what the tables are to be; new columns are added to the database"
                    + " when they are added to CREATE TABLE");
        }
        int at = word(1, "UNIQUE") ? 2 : 1;
        for (String type : List.of("TABLE", "INDEX", "VIEW")) {
            if (word(at, type)) {
                return type;
            }
        }
        if (word(at, "TRIGGER")) {
            throw refused("a trigger cannot be replicated: it would run again on every node, on top of what it did on"
                    + " the first. Write in the same transaction what the trigger would write");
        }
        throw refused("CREATE " + (at < tokens.size() ? tokens.get(at).text() : "") + " cannot be replicated: only"
                + " plain tables, indexes and views can");
    }

    private boolean word(int index, String word) {
        return index < tokens.size() && tokens.get(index).is(word);
    }

    SchemaException refused(String why) {
        return refused(null, why, null);
    }

    /** @param at the token that is to blame; null blames the whole statement */
    SchemaException refused(@Nullable SqlToken at, String why, @Nullable Throwable cause) {
        SqlToken token = at == null ? tokens.get(0) : at;
        int line = SqlTokenizer.line(source.sql(), token.start());
        return new SchemaException(source.name() + ", line " + line + ": " + why, cause);
    }
}
