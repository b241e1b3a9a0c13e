package dev.corrosion.query;

import dev.corrosion.CorrosionException;
import dev.corrosion.store.SqlErrors;
import dev.corrosion.store.SqlToken;
import dev.corrosion.store.SqlToken.Kind;
import dev.corrosion.store.SqlTokenizer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Refuses what is not exactly one query that SQLite accepts, and says where. */
final class SqlCheck {

    private static final Set<String> QUERIES = Set.of("SELECT", "VALUES", "WITH");
    private static final Pattern NEAR = Pattern.compile("near \"(.*)\": syntax error", Pattern.DOTALL);
    private static final Pattern UNRECOGNIZED = Pattern.compile("unrecognized token: \"(.*)\"", Pattern.DOTALL);
    private static final Pattern NAME =
            Pattern.compile("(?:.*(?:: |function |table |column ))?\"?([^\" ]+?)\"?(?:\\(.*\\))?");

    private final Connection connection;
    private final String sql;

    SqlCheck(Connection connection, String sql) {
        this.connection = connection;
        this.sql = sql;
    }

    /**
     * Compiles the query.
     *
     * @throws CorrosionException if it is refused
     */
    Program compile() {
        List<SqlToken> tokens = SqlTokenizer.tokenize(sql);
        while (!tokens.isEmpty() && tokens.get(tokens.size() - 1).kind() == Kind.SEMICOLON) {
            tokens.remove(tokens.size() - 1);
        }
        if (tokens.isEmpty()) {
            throw new CorrosionException("the query is empty");
        }
        requireOne(tokens);
        SqlToken verb = tokens.get(0);
        if (!QUERIES.contains(verb.text().toUpperCase(Locale.ROOT))) {
            throw refuse(verb.start(), verb.text() + " is not a query: only SELECT, VALUES and WITH ... SELECT are");
        }
        String text = sql.substring(0, tokens.get(tokens.size() - 1).end());
        try {
            Program program = Program.of(connection, text);
            if (program.writes()) {
                throw refuse(verb.start(), "it changes data, which a query that is followed cannot do");
            }
            return program;
        } catch (SQLException e) {
            throw refuse(offset(SqlErrors.reason(e), tokens), SqlErrors.reason(e));
        }
    }

    private void requireOne(List<SqlToken> tokens) {
        boolean ended = false;
        for (SqlToken token : tokens) {
            if (token.kind() == Kind.SEMICOLON) {
                ended = true;
            } else if (ended) {
                throw refuse(token.start(), "a second statement; only one query can be followed");
            }
        }
    }

    private CorrosionException refuse(int offset, String why) {
        return SqlPosition.refuse(sql, offset, why);
    }

    /** SQLite tells the place to C programs only; others find it by what the message names. */
    private int offset(String reason, List<SqlToken> tokens) {
        if (reason.contains("incomplete input")) {
            return sql.length();
        }
        Matcher near = NEAR.matcher(reason);
        if (near.matches()) {
            return syntaxError(near.group(1), reason, tokens);
        }
        Matcher unrecognized = UNRECOGNIZED.matcher(reason);
        if (unrecognized.matches()) {
            return Math.max(0, sql.indexOf(unrecognized.group(1)));
        }
        Matcher name = NAME.matcher(reason);
        return name.matches() ? Math.max(0, SqlPosition.ofName(sql, name.group(1))) : 0;
    }

    /** The first of the words that the message may mean up to which the text has the same error. */
    private int syntaxError(String word, String reason, List<SqlToken> tokens) {
        int last = 0;
        for (SqlToken token : tokens) {
            if (!token.text().equals(word)) {
                continue;
            }
            last = token.start();
            try {
                connection.prepareStatement(sql.substring(0, token.end())).close();
            } catch (SQLException e) {
                if (SqlErrors.reason(e).equals(reason)) {
                    return token.start();
                }
            }
        }
        return last;
    }
}
