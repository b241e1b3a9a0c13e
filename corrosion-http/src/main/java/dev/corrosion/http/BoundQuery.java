package dev.corrosion.http;

import dev.corrosion.CorrosionException;
import dev.corrosion.Statement;
import dev.corrosion.store.SqlToken;
import dev.corrosion.store.SqlTokenizer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a statement in the order in which SQLite numbers them: named ones by their first occurrence. JDBC knows no
 * names.
 */
final class BoundQuery {

    private final String sql;
    private final List<@Nullable Object> values;

    private BoundQuery(String sql, List<@Nullable Object> values) {
        this.sql = sql;
        this.values = values;
    }

    /** @throws ApiException if the parameters do not fit */
    static BoundQuery of(Statement statement) {
        List<SqlToken> parameters;
        try {
            parameters = SqlTokenizer.tokenize(statement.sql()).stream()
                    .filter(token -> token.kind() == SqlToken.Kind.PARAMETER)
                    .toList();
        } catch (CorrosionException e) {
            throw new ApiException(ApiException.BAD_REQUEST, String.valueOf(e.getMessage()), e);
        }
        boolean positional = parameters.stream().anyMatch(token -> token.text().startsWith("?"));
        boolean named = parameters.stream().anyMatch(token -> !token.text().startsWith("?"));
        if (positional && named) {
            throw ApiException.badRequest("a statement has ? or :name parameters, not both");
        }
        return new BoundQuery(
                statement.sql(), named ? named(statement, parameters) : positional(statement, parameters));
    }

    private static List<@Nullable Object> positional(Statement statement, List<SqlToken> parameters) {
        if (!statement.named().isEmpty()) {
            throw ApiException.badRequest("the statement has no parameters with names, but values are given for "
                    + statement.named().keySet());
        }
        int highest = 0;
        for (SqlToken parameter : parameters) {
            highest = Math.max(highest, parameter.text().length() == 1 ? highest + 1 : number(parameter));
        }
        int given = statement.parameters().size();
        if (given != highest) {
            throw ApiException.badRequest(
                    "the statement has " + highest + " parameters, but " + given + " values are given");
        }
        return statement.parameters();
    }

    private static int number(SqlToken parameter) {
        try {
            return Integer.parseInt(parameter.text().substring(1));
        } catch (NumberFormatException e) {
            throw new ApiException(ApiException.BAD_REQUEST, "not a parameter: " + parameter.text(), e);
        }
    }

    private static List<@Nullable Object> named(Statement statement, List<SqlToken> parameters) {
        if (!statement.parameters().isEmpty()) {
            throw ApiException.badRequest(
                    "the parameters of the statement have names, but the values that are given have not");
        }
        List<@Nullable Object> values = new ArrayList<>();
        Set<String> texts = new LinkedHashSet<>();
        Set<String> used = new LinkedHashSet<>();
        for (SqlToken parameter : parameters) {
            if (texts.add(parameter.text())) {
                String name = parameter.text().substring(1);
                if (!statement.named().containsKey(name)) {
                    throw ApiException.badRequest("the parameter " + parameter.text() + " has no value");
                }
                values.add(statement.named().get(name));
                used.add(name);
            }
        }
        for (String name : statement.named().keySet()) {
            if (!used.contains(name)) {
                throw ApiException.badRequest("the statement has no parameter :" + name);
            }
        }
        return values;
    }

    /** @param before what to put before the SQL */
    PreparedStatement prepare(Connection connection, String before) throws SQLException {
        PreparedStatement prepared = connection.prepareStatement(before + sql);
        for (int i = 0; i < values.size(); i++) {
            prepared.setObject(i + 1, values.get(i));
        }
        return prepared;
    }
}
