package dev.corrosion.benchmarks;

import dev.corrosion.benchmarks.Rows.Row;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/**
 * One statement for each row.
 *
 * @param name name of the benchmark
 * @param perTransaction how many rows a transaction has; those of one transaction are one batch
 * @param shuffled whether the rows come in no order
 * @param sql the statement
 * @param parameters binds its parameters for a row
 */
record Workload(String name, int perTransaction, boolean shuffled, String sql, Parameters parameters) {

    /** Rows of a large transaction. */
    static final int MANY = 1000;

    private static final String INSERT = "INSERT INTO services (id, name, addr, port, meta) VALUES (?, ?, ?, ?, ?)";
    private static final String UPDATE = "UPDATE services SET port = ? WHERE id = ?";
    private static final String UPDATE_ALL = "UPDATE services SET name = ?, addr = ?, port = ?, meta = ? WHERE id = ?";
    private static final String UPSERT = INSERT + " ON CONFLICT (id) DO UPDATE SET name = excluded.name,"
            + " addr = excluded.addr, port = excluded.port, meta = excluded.meta";
    private static final String DELETE = "DELETE FROM services WHERE id = ?";

    /** Binds the parameters of a statement for a row. */
    @FunctionalInterface
    interface Parameters {
        void bind(PreparedStatement statement, Row row) throws SQLException;
    }

    static final Workload INSERT_1 = new Workload("insert-1", 1, false, INSERT, Workload::bindAll);
    static final Workload UPDATE_1 = new Workload("update-1", 1, true, UPDATE, Workload::bindUpdate);
    static final Workload INSERT_1000 = new Workload("insert-1000", MANY, false, INSERT, Workload::bindAll);
    static final Workload UPDATE_1000 = new Workload("update-1000", MANY, true, UPDATE, Workload::bindUpdate);
    static final Workload UPDATE_1000_ORDERED =
            new Workload("update-1000-ordered", MANY, false, UPDATE, Workload::bindUpdateAgain);
    static final Workload UPSERT_1000 = new Workload("upsert-1000", MANY, true, UPSERT, Workload::bindRenamed);
    static final Workload DELETE_1000 = new Workload("delete-1000", MANY, false, DELETE, Workload::bindId);
    static final Workload DELETE_1000_SHUFFLED =
            new Workload("delete-1000-shuffled", MANY, true, DELETE, Workload::bindId);
    static final Workload DELETE_1000_UPDATED =
            new Workload("delete-1000-updated", MANY, false, DELETE, Workload::bindId);

    /** Sets every column to another value; the revision tells one such update from the next. */
    static Workload updateAll(long revision) {
        return new Workload("update-all", MANY, false, UPDATE_ALL, (statement, row) -> {
            statement.setString(1, row.name() + "-" + revision);
            statement.setString(2, row.addr() + "/" + revision);
            statement.setLong(3, row.port() + revision);
            statement.setString(4, row.meta() + revision);
            statement.setString(5, row.id());
        });
    }

    void run(Subject subject, Rows rows) throws SQLException {
        List<Row> all = shuffled ? rows.shuffled() : rows.all();
        for (int from = 0; from < all.size(); from += perTransaction) {
            subject.begin();
            PreparedStatement statement = subject.statement(sql);
            if (perTransaction == 1) {
                parameters.bind(statement, all.get(from));
                statement.executeUpdate();
            } else {
                for (Row row : all.subList(from, Math.min(all.size(), from + perTransaction))) {
                    parameters.bind(statement, row);
                    statement.addBatch();
                }
                statement.executeBatch();
            }
            subject.commit();
        }
    }

    private static void bindAll(PreparedStatement statement, Row row) throws SQLException {
        bind(statement, row, row.name());
    }

    private static void bindRenamed(PreparedStatement statement, Row row) throws SQLException {
        bind(statement, row, "new");
    }

    private static void bind(PreparedStatement statement, Row row, String name) throws SQLException {
        statement.setString(1, row.id());
        statement.setString(2, name);
        statement.setString(3, row.addr());
        statement.setLong(4, row.port());
        statement.setString(5, row.meta());
    }

    private static void bindUpdate(PreparedStatement statement, Row row) throws SQLException {
        bindPort(statement, row, row.port() + 1);
    }

    private static void bindUpdateAgain(PreparedStatement statement, Row row) throws SQLException {
        bindPort(statement, row, row.port() + 2);
    }

    private static void bindPort(PreparedStatement statement, Row row, long port) throws SQLException {
        statement.setLong(1, port);
        statement.setString(2, row.id());
    }

    private static void bindId(PreparedStatement statement, Row row) throws SQLException {
        statement.setString(1, row.id());
    }
}
