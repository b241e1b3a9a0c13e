package dev.corrosion.schema;

import static dev.corrosion.store.SqlNames.quote;

import dev.corrosion.SchemaException;
import dev.corrosion.SchemaPlan.Kind;
import dev.corrosion.crdt.Change;
import dev.corrosion.schema.TableColumns.Column;
import dev.corrosion.store.SqlToken;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a table can be replicated. What is refused here would either make a merge fail that other nodes have done, or
 * leave nodes with different contents: a merge sets single columns of single rows, in any order.
 */
final class ReplicationRules {

    private static final List<String> RESERVED = List.of("corrosion_", "__corrosion");

    static final String UNIQUE =
            "UNIQUE beyond the primary key cannot hold: two nodes may each write a row, and both rows are there after"
                    + " the merge. Make it the key, or check it when you read";

    private final Connection scratch;
    private final DeclaredSchema schema;
    private final DeclaredSchema.Table table;

    ReplicationRules(Connection scratch, DeclaredSchema schema, DeclaredSchema.Table table) {
        this.scratch = scratch;
        this.schema = schema;
        this.table = table;
    }

    void check() throws SQLException {
        checkKey();
        checkColumns();
        checkIndexes();
        checkForeignKeys();
        checkChecks();
    }

    /** Names of the node's own tables and triggers are not for users. */
    static void checkName(SchemaStatement statement, String name) {
        if (RESERVED.stream().anyMatch(name.toLowerCase(Locale.ROOT)::startsWith)) {
            throw statement.refused(
                    name + ": names that begin with " + String.join(" or ", RESERVED) + " are reserved");
        }
    }

    private void checkKey() {
        if (table.columns().key().isEmpty()) {
            throw refused(null, "it has no PRIMARY KEY, so nodes could not tell which rows are the same");
        }
        table.statement().tokens().stream()
                .filter(token -> token.is("AUTOINCREMENT"))
                .findFirst()
                .ifPresent(token -> {
                    throw refused(
                            token,
                            "AUTOINCREMENT gives the same numbers on every node; use a key that is unique"
                                    + " everywhere, such as a UUID as TEXT");
                });
        for (Column column : table.columns().key()) {
            if (column.type().isEmpty() || column.type().equalsIgnoreCase("ANY")) {
                throw refused(
                        definition(column),
                        "the key column " + column.name() + " has no type, so 1 and 1.0 would be one key in some"
                                + " places and two in others; declare it TEXT, INTEGER or BLOB");
            }
        }
    }

    private void checkColumns() {
        for (Column column : table.columns().columns()) {
            if (column.name().equals(Change.SENTINEL)) {
                throw refused(definition(column), "the column name " + Change.SENTINEL + " is reserved");
            }
            boolean hasDefault =
                    column.defaultValue() != null && !column.defaultValue().equalsIgnoreCase("NULL");
            if (column.notNull() && column.key() == 0 && !column.generated() && !hasDefault) {
                throw refused(
                        definition(column),
                        "the column " + column.name() + " is NOT NULL without a DEFAULT, but a row may arrive before"
                                + " this column of it; add a DEFAULT or drop NOT NULL");
            }
        }
    }

    private void checkIndexes() throws SQLException {
        try (PreparedStatement select =
                scratch.prepareStatement("SELECT name, \"unique\", origin FROM pragma_index_list(?)")) {
            select.setString(1, table.name());
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    String index = rows.getString(1);
                    if (rows.getString(3).equals("pk")) {
                        checkCollation(index);
                    } else if (rows.getBoolean(2)) {
                        throw refusedUnique(index);
                    }
                }
            }
        }
    }

    private void checkCollation(String index) throws SQLException {
        try (PreparedStatement select =
                scratch.prepareStatement("SELECT name, coll FROM pragma_index_xinfo(?) WHERE key")) {
            select.setString(1, index);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    if (!rows.getString(2).equalsIgnoreCase("BINARY")) {
                        throw refused(
                                table.columns()
                                        .find(rows.getString(1))
                                        .map(this::definition)
                                        .orElse(null),
                                "the key column " + rows.getString(1) + " has the collation " + rows.getString(2)
                                        + ", so keys that differ would be one row; leave the collation away");
                    }
                }
            }
        }
    }

    private SchemaException refusedUnique(String index) {
        Optional<SchemaStatement> declared = schema.other(Kind.INDEX, index).map(DeclaredSchema.Other::statement);
        if (declared.isPresent()) {
            return declared.get().refused("the table " + table.name() + " cannot be replicated: " + UNIQUE);
        }
        SqlToken at = table.statement().tokens().stream()
                .filter(token -> token.is("UNIQUE"))
                .findFirst()
                .orElse(null);
        return refused(at, UNIQUE);
    }

    private void checkForeignKeys() throws SQLException {
        try (PreparedStatement select =
                scratch.prepareStatement("SELECT \"from\", on_update, on_delete FROM pragma_foreign_key_list(?)")) {
            select.setString(1, table.name());
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    for (int action = 2; action <= 3; action++) {
                        if (!rows.getString(action).equalsIgnoreCase("NO ACTION")) {
                            throw refused(
                                    table.columns()
                                            .find(rows.getString(1))
                                            .map(this::definition)
                                            .orElse(null),
                                    "the foreign key of " + rows.getString(1) + " has the action "
                                            + rows.getString(action)
                                            + ", but foreign keys are not enforced: rows arrive"
                                            + " in any order. Write the action into your transaction");
                        }
                    }
                }
            }
        }
    }

    private void checkChecks() throws SQLException {
        List<SqlToken> tokens = table.statement().tokens();
        for (int i = 0; i + 1 < tokens.size(); i++) {
            if (tokens.get(i).is("CHECK") && tokens.get(i + 1).is("(")) {
                checkCheck(tokens.get(i), tokens.subList(i + 1, closing(tokens, i + 1) + 1));
            }
        }
    }

    private static int closing(List<SqlToken> tokens, int open) {
        int depth = 0;
        for (int i = open; i < tokens.size(); i++) {
            depth += tokens.get(i).is("(") ? 1 : tokens.get(i).is(")") ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        return tokens.size() - 1;
    }

    /** @param expression with its parentheses */
    private void checkCheck(SqlToken at, List<SqlToken> expression) throws SQLException {
        List<Column> used = table.columns().columns().stream()
                .filter(column -> expression.stream()
                        .anyMatch(token -> (token.kind() == SqlToken.Kind.WORD || token.kind() == SqlToken.Kind.QUOTED)
                                && token.name().equalsIgnoreCase(column.name())))
                .toList();
        if (used.size() > 1) {
            throw refused(
                    at,
                    "a CHECK over several columns cannot hold: each node may change one of them, and the merge"
                            + " has both changes. Check it when you write");
        }
        if (used.size() == 1 && used.get(0).key() == 0 && !used.get(0).generated()) {
            checkDefault(at, used.get(0), expression);
        }
    }

    private void checkDefault(SqlToken at, Column column, List<SqlToken> expression) throws SQLException {
        String check = table.statement()
                .source()
                .sql()
                .substring(
                        expression.get(0).start(),
                        expression.get(expression.size() - 1).end());
        String value = column.defaultValue() == null ? "NULL" : column.defaultValue();
        try (Statement statement = scratch.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT NOT " + check + " FROM (SELECT " + value + " AS " + quote(column.name()) + ")")) {
            if (row.next() && row.getBoolean(1)) {
                throw refused(
                        at,
                        "the DEFAULT of the column " + column.name() + " breaks its own CHECK, but a row may"
                                + " arrive before this column of it; choose a DEFAULT that passes");
            }
        }
    }

    private @Nullable SqlToken definition(Column column) {
        return table.body()
                .column(column.name())
                .map(definition -> definition.tokens().get(0))
                .orElse(null);
    }

    private SchemaException refused(@Nullable SqlToken at, String why) {
        return table.statement().refused(at, "the table " + table.name() + " cannot be replicated: " + why, null);
    }
}
