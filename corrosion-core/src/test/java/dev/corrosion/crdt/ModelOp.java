package dev.corrosion.crdt;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A statement of a local transaction, as SQL and as what the reference model understands. */
sealed interface ModelOp {

    /** Values of columns, in the order in which the statement names them. */
    record Values(Map<String, @Nullable Object> of) {}

    /** One or more rows; the key of each is complete. */
    record Insert(String table, List<RowKey> keys, List<Values> rows, OnConflict onConflict, Values upsert)
            implements ModelOp {}

    /** Of one row by its key, of rows by a value of a column, or of all. */
    record Update(String table, Where where, Values set) implements ModelOp {}

    record Delete(String table, Where where) implements ModelOp {}

    /** A row gets another key. */
    record Move(String table, RowKey from, RowKey to, Values set, boolean replace) implements ModelOp {}

    record Savepoint() implements ModelOp {}

    record RollbackTo() implements ModelOp {}

    enum OnConflict {
        ABORT,
        IGNORE,
        REPLACE,
        UPSERT
    }

    /** A key, comparable by content. */
    record RowKey(List<Object> values) {

        byte[] packed() {
            return PackedKey.pack(values);
        }

        @Override
        public String toString() {
            return SiteState.row(values);
        }
    }

    /** At most one of key and column is there; with none, every row is meant. */
    record Where(
            @Nullable RowKey key,
            @Nullable String column,
            @Nullable Object value) {}

    /** The statement with its parameters. */
    record Prepared(String sql, List<@Nullable Object> parameters) {}

    /** The same in SQL; the tables as they are declared now. */
    static Prepared sql(ModelOp op, Function<String, ModelTable> tables) {
        List<@Nullable Object> parameters = new ArrayList<>();
        String sql;
        if (op instanceof Insert insert) {
            sql = insertSql(insert, tables.apply(insert.table()), parameters);
        } else if (op instanceof Update update) {
            sql = "UPDATE " + Sql.name(update.table()) + " SET " + set(update.set(), parameters)
                    + where(update.where(), tables.apply(update.table()), parameters);
        } else if (op instanceof Delete delete) {
            sql = "DELETE FROM " + Sql.name(delete.table())
                    + where(delete.where(), tables.apply(delete.table()), parameters);
        } else if (op instanceof Move move) {
            sql = moveSql(move, tables.apply(move.table()), parameters);
        } else {
            sql = op instanceof Savepoint ? "SAVEPOINT s" : "ROLLBACK TO s";
        }
        return new Prepared(sql, parameters);
    }

    private static String moveSql(Move move, ModelTable table, List<@Nullable Object> parameters) {
        String keys = Sql.list(table.keyNames(), column -> Sql.name(column) + " = ?");
        parameters.addAll(move.to().values());
        String set = move.set().of().isEmpty() ? "" : ", " + set(move.set(), parameters);
        return "UPDATE " + (move.replace() ? "OR REPLACE " : "") + Sql.name(move.table()) + " SET " + keys + set
                + where(new Where(move.from(), null, null), table, parameters);
    }

    private static String insertSql(Insert insert, ModelTable table, List<@Nullable Object> parameters) {
        List<String> columns = new ArrayList<>(table.keyNames());
        columns.addAll(insert.rows().get(0).of().keySet());
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < insert.keys().size(); i++) {
            parameters.addAll(insert.keys().get(i).values());
            parameters.addAll(insert.rows().get(i).of().values());
            rows.add("(" + Sql.placeholders(columns.size()) + ")");
        }
        String verb =
                switch (insert.onConflict()) {
                    case IGNORE -> "INSERT OR IGNORE";
                    case REPLACE -> "INSERT OR REPLACE";
                    case ABORT, UPSERT -> "INSERT";
                };
        String sql = verb + " INTO " + Sql.name(table.name()) + " (" + Sql.names(columns) + ") VALUES "
                + String.join(", ", rows);
        return insert.onConflict() == OnConflict.UPSERT
                ? sql + " ON CONFLICT (" + Sql.names(table.keyNames()) + ") DO "
                        + (insert.upsert().of().isEmpty()
                                ? "NOTHING"
                                : "UPDATE SET " + set(insert.upsert(), parameters))
                : sql;
    }

    private static String set(Values values, List<@Nullable Object> parameters) {
        parameters.addAll(values.of().values());
        return Sql.list(List.copyOf(values.of().keySet()), column -> Sql.name(column) + " = ?");
    }

    private static String where(Where where, ModelTable table, List<@Nullable Object> parameters) {
        if (where.key() != null) {
            parameters.addAll(where.key().values());
            return " WHERE " + Sql.equalTo(table.keyNames());
        }
        if (where.column() == null) {
            return "";
        }
        parameters.add(where.value());
        return " WHERE " + Sql.name(where.column()) + " IS ?";
    }
}
