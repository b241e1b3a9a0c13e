package dev.corrosion.schema;

import static dev.corrosion.store.SqlNames.quote;

import dev.corrosion.schema.TableColumns.Column;
import dev.corrosion.store.SqlToken;
import dev.corrosion.store.SqlTokenizer;
import java.util.List;

/**
 * A CREATE TRIGGER statement, taken apart.
 *
 * @param sql as SQLite keeps it: no IF NOT EXISTS, no name of a database
 * @param tokens of it
 * @param event index of INSERT, UPDATE or DELETE
 * @param on index of ON
 */
record UserTrigger(String sql, List<SqlToken> tokens, int event, int on) {

    /**
     * The function that tells a local write (true) from a merge (false). The crdt room registers it on the connection
     * that writes.
     */
    static final String LOCAL = "__corrosion_recording()";

    private static final List<String> EVENTS = List.of("INSERT", "UPDATE", "DELETE");

    /** @param sql a statement that SQLite has accepted */
    static UserTrigger of(String sql) {
        List<SqlToken> tokens = SqlTokenizer.tokenize(sql);
        int event = 3; // behind CREATE TRIGGER name
        while (EVENTS.stream().noneMatch(tokens.get(event)::is)) {
            event++;
        }
        int on = event;
        while (!tokens.get(on).is("ON")) {
            on++;
        }
        return new UserTrigger(sql, tokens, event, on);
    }

    /**
     * The trigger as it is to be on a replicated table: it fires for local writes only. What it writes then is part of
     * the local transaction, and travels with it; if it fired again where that is merged, every node would add changes
     * of its own.
     */
    String localOnly() {
        int begin = begin();
        int when = on;
        while (when < begin && !tokens.get(when).is("WHEN")) {
            when++;
        }
        String head = sql.substring(0, tokens.get(when - 1).end());
        String body = sql.substring(tokens.get(begin).start());
        if (when == begin) {
            return head + " WHEN " + LOCAL + " " + body;
        }
        String condition = sql.substring(
                tokens.get(when + 1).start(), tokens.get(begin - 1).end());
        return head + " WHEN " + LOCAL + " AND (" + condition + ") " + body;
    }

    /** BEGIN may also be a name: the table, straight behind ON, or a column, behind a point. */
    private int begin() {
        int depth = 0;
        for (int i = on + 2; i < tokens.size(); i++) {
            SqlToken token = tokens.get(i);
            depth += token.is("(") ? 1 : token.is(")") ? -1 : 0;
            if (depth == 0 && token.is("BEGIN") && !tokens.get(i - 1).is(".")) {
                return i;
            }
        }
        throw new IllegalStateException("a trigger without BEGIN: " + sql);
    }

    /** A statement that makes SQLite compile the trigger, but does nothing. */
    String firing(TableColumns columns) {
        String table = quote(tokens.get(on + 1).name());
        if (tokens.get(event).is("INSERT")) {
            return "EXPLAIN INSERT INTO " + table + " DEFAULT VALUES";
        }
        if (tokens.get(event).is("DELETE")) {
            return "EXPLAIN DELETE FROM " + table;
        }
        String column = tokens.get(event + 1).is("OF")
                ? tokens.get(event + 2).name()
                : columns.columns().stream()
                        .filter(one -> !one.generated())
                        .map(Column::name)
                        .findFirst()
                        .orElseThrow();
        return "EXPLAIN UPDATE " + table + " SET " + quote(column) + " = NULL";
    }
}
