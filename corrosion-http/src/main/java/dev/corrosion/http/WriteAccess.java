package dev.corrosion.http;

import dev.corrosion.CorrosionException;
import dev.corrosion.Statement;
import dev.corrosion.store.SqlToken;
import dev.corrosion.store.SqlTokenizer;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Whether a caller that may use some tables only may run a statement that writes. The table is told from the text: it follows
 * INSERT INTO, REPLACE INTO, UPDATE or DELETE FROM. Everything by which such a statement could read another table is refused:
 * WITH, SELECT, a FROM that does not belong to DELETE, and IN with the name of a table. So is, by mistake, what only looks
 * like that; never is something let through.
 */
final class WriteAccess {

    private static final Set<String> REFUSED = Set.of("WITH", "SELECT", "FROM");

    private final List<SqlToken> tokens;
    private int at;

    private WriteAccess(List<SqlToken> tokens) {
        this.tokens = tokens;
    }

    /** @throws ApiException if it may not */
    static void require(Caller caller, Statement statement) {
        if (caller.isLimited()) {
            List<SqlToken> tokens;
            try {
                tokens = SqlTokenizer.tokenize(statement.sql());
            } catch (CorrosionException e) {
                throw ApiException.badRequest(e.getMessage() + " in: " + statement.sql());
            }
            caller.requireTable(new WriteAccess(tokens).target(caller));
        }
    }

    private String target(Caller caller) {
        String verb = word();
        boolean known =
                switch (verb) {
                    case "INSERT" -> skipConflictClause() && take("INTO");
                    case "REPLACE" -> take("INTO");
                    case "UPDATE" -> skipConflictClause();
                    case "DELETE" -> take("FROM");
                    default -> false;
                };
        if (!known || at >= tokens.size()) {
            throw refused(caller, "one that is not INSERT INTO, REPLACE INTO, UPDATE or DELETE FROM");
        }
        SqlToken target = tokens.get(at++);
        if (at < tokens.size() && tokens.get(at).is(".")) {
            throw refused(caller, "one whose table has a schema before its name");
        }
        if (target.kind() != SqlToken.Kind.WORD && target.kind() != SqlToken.Kind.QUOTED) {
            throw refused(caller, "one whose table is not a plain or quoted name");
        }
        refuseOtherTables(caller);
        return target.name();
    }

    private void refuseOtherTables(Caller caller) {
        for (int i = at; i < tokens.size(); i++) {
            SqlToken token = tokens.get(i);
            if (token.kind() == SqlToken.Kind.WORD
                    && REFUSED.contains(token.text().toUpperCase(Locale.ROOT))) {
                throw refused(caller, "one with " + token.text());
            }
            if (token.is("IN") && (i + 1 == tokens.size() || !tokens.get(i + 1).is("("))) {
                throw refused(caller, "one with IN that is not followed by a list");
            }
        }
    }

    /** OR REPLACE and the like. */
    private boolean skipConflictClause() {
        if (at < tokens.size() && tokens.get(at).is("OR")) {
            at += 2;
        }
        return true;
    }

    private boolean take(String word) {
        return at < tokens.size() && tokens.get(at++).is(word);
    }

    private String word() {
        return at < tokens.size() ? tokens.get(at++).text().toUpperCase(Locale.ROOT) : "";
    }

    private static ApiException refused(Caller caller, String what) {
        return ApiException.forbidden("the token " + caller.name()
                + " is limited to some tables, and which tables a statement uses is not known for " + what);
    }
}
