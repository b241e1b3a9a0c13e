package dev.corrosion.jdbc;

import dev.corrosion.CorrosionException;
import dev.corrosion.store.SqlToken;
import dev.corrosion.store.SqlToken.Kind;
import dev.corrosion.store.SqlTokenizer;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLSyntaxErrorException;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * One SQL statement that may run on a shared connection.
 *
 * <p>Only kinds that are known to be harmless pass: a connection goes from hand to hand, so nothing may change what it
 * is or end the transaction behind the back of its owner. A wrong guess of read or write harms nobody, since readers
 * cannot write and the writer can read.
 *
 * @param text the statement, without what follows it
 * @param writes whether it needs the writer
 * @param inserts whether it makes rows that may have got a generated key
 */
record JdbcSql(String text, boolean writes, boolean inserts) {

    private static final Set<String> READS = Set.of("SELECT", "VALUES", "EXPLAIN");
    private static final Set<String> WRITES = Set.of("INSERT", "REPLACE", "UPDATE", "DELETE");
    private static final Set<String> TRANSACTION =
            Set.of("BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE", "START");
    private static final Set<String> SCHEMA = Set.of("CREATE", "ALTER", "DROP", "TRUNCATE");

    /** Pragmas that tell about a thing that they are given. */
    private static final Set<String> PRAGMAS_WITH_ARGUMENT = Set.of(
            "table_info",
            "table_xinfo",
            "table_list",
            "index_list",
            "index_info",
            "index_xinfo",
            "foreign_key_list",
            "foreign_key_check",
            "integrity_check",
            "quick_check");

    /** Pragmas that tell something if they are given nothing. */
    private static final Set<String> PRAGMAS_WITHOUT_ARGUMENT = Set.of(
            "application_id",
            "busy_timeout",
            "cache_size",
            "collation_list",
            "compile_options",
            "data_version",
            "database_list",
            "encoding",
            "foreign_keys",
            "freelist_count",
            "function_list",
            "journal_mode",
            "max_page_count",
            "module_list",
            "page_count",
            "page_size",
            "pragma_list",
            "query_only",
            "schema_version",
            "synchronous",
            "user_version");

    /**
     * Reads a statement.
     *
     * @throws SQLException if it is not one statement, or one that cannot run here; the message says what to do instead
     */
    static JdbcSql parse(String sql) throws SQLException {
        List<SqlToken> tokens = tokens(sql);
        while (!tokens.isEmpty() && tokens.get(tokens.size() - 1).kind() == Kind.SEMICOLON) {
            tokens.remove(tokens.size() - 1);
        }
        if (tokens.isEmpty()) {
            throw new SQLSyntaxErrorException("the SQL statement is empty", "42000");
        }
        if (tokens.stream().anyMatch(token -> token.kind() == Kind.SEMICOLON)) {
            throw refused("more than one SQL statement in one string; run each by itself, or as a batch: " + sql);
        }
        String verb = verb(tokens);
        String text = sql.substring(0, tokens.get(tokens.size() - 1).end());
        if (WRITES.contains(verb)) {
            return new JdbcSql(text, true, verb.equals("INSERT") || verb.equals("REPLACE"));
        }
        if (READS.contains(verb) || (verb.equals("PRAGMA") && reads(tokens))) {
            return new JdbcSql(text, false, false);
        }
        throw refusal(verb, sql);
    }

    private static List<SqlToken> tokens(String sql) throws SQLException {
        try {
            return SqlTokenizer.tokenize(sql);
        } catch (CorrosionException e) {
            throw new SQLSyntaxErrorException(e.getMessage() + ": " + sql, "42000", e);
        }
    }

    /** The first word, or, behind a WITH clause, the word that follows the last of its parentheses. */
    private static String verb(List<SqlToken> tokens) {
        if (!tokens.get(0).is("WITH")) {
            return upper(tokens.get(0));
        }
        int depth = 0;
        boolean closed = false;
        for (SqlToken token : tokens) {
            if (closed && !token.is("AS") && !token.is(",")) {
                return upper(token);
            }
            depth += token.is("(") ? 1 : token.is(")") ? -1 : 0;
            closed = depth == 0 && token.is(")");
        }
        return "WITH";
    }

    private static String upper(SqlToken token) {
        return token.text().toUpperCase(Locale.ROOT);
    }

    private static boolean reads(List<SqlToken> tokens) {
        int name = tokens.size() > 2 && tokens.get(2).is(".") ? 3 : 1;
        if (name >= tokens.size()) {
            return false;
        }
        String pragma = tokens.get(name).name().toLowerCase(Locale.ROOT);
        return PRAGMAS_WITH_ARGUMENT.contains(pragma)
                || (tokens.size() == name + 1 && PRAGMAS_WITHOUT_ARGUMENT.contains(pragma));
    }

    private static SQLException refusal(String verb, String sql) {
        if (TRANSACTION.contains(verb)) {
            return refused(verb + " is not run as SQL: use Connection.setAutoCommit(false), commit(), rollback() and"
                    + " setSavepoint(), or what the framework has for it");
        }
        if (SCHEMA.contains(verb)) {
            return refused(verb + " is not run on a node: a table that is made here would not be on the"
                    + " other nodes. Put it into the schema files of the node, and switch off what makes tables, such as"
                    + " spring.jpa.hibernate.ddl-auto or spring.sql.init; a temporary table would stay on a connection"
                    + " that others use: " + sql);
        }
        if (verb.equals("PRAGMA")) {
            return refused("this PRAGMA is not run on a node, only those that tell something without"
                    + " changing it: the connection is shared and set up by the node: " + sql);
        }
        return refused(
                verb + " is no statement that runs on a node: only SELECT, VALUES, EXPLAIN, INSERT, REPLACE, UPDATE,"
                        + " DELETE and pragmas that read do: " + sql);
    }

    private static SQLException refused(String message) {
        return new SQLFeatureNotSupportedException(message, "0A000");
    }
}
