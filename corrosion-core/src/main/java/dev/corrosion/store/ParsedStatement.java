package dev.corrosion.store;

import dev.corrosion.CorrosionException;
import dev.corrosion.Statement;
import dev.corrosion.store.SqlToken.Kind;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A user's statement, checked: it is one statement, of a kind that may run here, and its parameters fit.
 *
 * @param sql with every parameter as {@code ?n}, since the driver knows no names
 * @param verb its first word, in upper case
 * @param values the value of {@code ?n} at n - 1
 */
record ParsedStatement(String sql, String verb, List<@Nullable Object> values) {

    private static final Set<String> WRITES = Set.of("INSERT", "UPDATE", "DELETE", "REPLACE", "WITH");
    private static final Set<String> QUERIES = Set.of("SELECT", "VALUES", "WITH", "EXPLAIN");

    static ParsedStatement parse(Statement statement) {
        List<SqlToken> tokens = SqlTokenizer.tokenize(statement.sql());
        while (!tokens.isEmpty() && tokens.get(tokens.size() - 1).kind() == Kind.SEMICOLON) {
            tokens.remove(tokens.size() - 1);
        }
        if (tokens.isEmpty()) {
            throw new CorrosionException("the SQL statement is empty");
        }
        if (tokens.stream().anyMatch(token -> token.kind() == Kind.SEMICOLON)) {
            throw new CorrosionException("more than one SQL statement in one string; give each as a Statement of its"
                    + " own: " + statement.sql());
        }
        String verb = tokens.get(0).text().toUpperCase(Locale.ROOT);
        return new Parameters(statement).resolve(tokens, verb);
    }

    void requireWrite() {
        if (!WRITES.contains(verb)) {
            throw new CorrosionException(verb + " cannot be written: only INSERT, UPDATE, DELETE and REPLACE can."
                    + " Tables and indexes belong into the schema, and each write is a transaction already");
        }
    }

    void requireQuery() {
        if (!QUERIES.contains(verb)) {
            throw new CorrosionException(
                    verb + " is not a query: only SELECT, VALUES, WITH ... SELECT and EXPLAIN are");
        }
    }

    void bind(PreparedStatement prepared) throws SQLException {
        for (int i = 0; i < values.size(); i++) {
            SqlValues.bind(prepared, i + 1, values.get(i));
        }
    }

    /** Gives each parameter of the SQL its number and its value. */
    private static final class Parameters {

        private final Statement statement;
        private final Map<String, Integer> numbers = new LinkedHashMap<>();
        private final List<@Nullable Object> values = new ArrayList<>();
        private int positions;

        Parameters(Statement statement) {
            this.statement = statement;
        }

        ParsedStatement resolve(List<SqlToken> tokens, String verb) {
            String sql = statement.sql();
            StringBuilder rewritten = new StringBuilder(sql.length() + 16);
            int copied = 0;
            for (SqlToken token : tokens) {
                if (token.kind() == Kind.PARAMETER) {
                    int number = token.text().startsWith("?") ? position(token.text()) : named(token.text());
                    rewritten.append(sql, copied, token.start()).append('?').append(number);
                    copied = token.end();
                }
            }
            SqlToken last = tokens.get(tokens.size() - 1);
            rewritten.append(sql, copied, last.end());
            requireAllUsed();
            return new ParsedStatement(rewritten.toString(), verb, values);
        }

        private int position(String text) {
            if (!numbers.isEmpty()) {
                throw mixed();
            }
            int number = text.length() == 1 ? positions + 1 : numbered(text);
            if (number > statement.parameters().size()) {
                throw new CorrosionException("parameter " + number + " has no value, only "
                        + statement.parameters().size() + " are given: " + statement.sql());
            }
            positions = Math.max(positions, number);
            while (values.size() < number) {
                values.add(statement.parameters().get(values.size()));
            }
            return number;
        }

        private int numbered(String text) {
            try {
                int number = Integer.parseInt(text.substring(1));
                if (number > 0) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // not a number: the same answer as for one that cannot be
            }
            throw new CorrosionException("not a parameter: " + text + " in " + statement.sql());
        }

        private int named(String text) {
            if (positions > 0) {
                throw mixed();
            }
            String name = text.substring(1);
            Integer known = numbers.get(name);
            if (known != null) {
                return known;
            }
            if (!statement.named().containsKey(name)) {
                throw new CorrosionException("parameter " + text + " has no value; given are "
                        + statement.named().keySet() + ": " + statement.sql());
            }
            values.add(statement.named().get(name));
            numbers.put(name, values.size());
            return values.size();
        }

        private void requireAllUsed() {
            if (positions < statement.parameters().size()) {
                throw new CorrosionException(statement.parameters().size() + " values are given for " + positions
                        + " parameters: " + statement.sql());
            }
            for (String name : statement.named().keySet()) {
                if (!numbers.containsKey(name)) {
                    throw new CorrosionException("the statement has no parameter :" + name + ": " + statement.sql());
                }
            }
        }

        private CorrosionException mixed() {
            return new CorrosionException("a statement has ? or :name parameters, not both: " + statement.sql());
        }
    }
}
