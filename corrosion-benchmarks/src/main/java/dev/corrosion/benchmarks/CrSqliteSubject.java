package dev.corrosion.benchmarks;

import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The table replicated by the cr-sqlite extension, in the build that Corrosion ships (its changes have a timestamp). */
final class CrSqliteSubject extends ReplicatedSubject<CrSqliteSubject.Change> {

    private static final String COLUMNS = "\"table\", pk, cid, val, col_version, db_version, site_id, cl, seq, ts";
    private static final int COLUMN_COUNT = 10;
    private static final String READ =
            "SELECT " + COLUMNS + " FROM crsql_changes WHERE site_id = crsql_site_id() AND db_version = ? ORDER BY seq";
    private static final String MERGE =
            "INSERT INTO crsql_changes (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    /** A change as the extension gives it, column by column. */
    record Change(List<@Nullable Object> values) {}

    CrSqliteSubject(Path file, Path extension) throws SQLException {
        super(file, true);
        load(extension);
    }

    private void load(Path extension) throws SQLException {
        PreparedStatement load = statement("SELECT load_extension(?)");
        load.setString(1, extension.toString());
        try {
            load.executeQuery().close();
        } catch (SQLException e) {
            super.close();
            throw new UsageException(
                    "--crsqlite: SQLite cannot load " + extension + " (" + e.getMessage()
                            + "); it must be the cr-sqlite extension, built for this operating system and processor",
                    e);
        }
    }

    @Override
    void createTable() throws SQLException {
        execute(CREATE_TABLE);
        execute("SELECT crsql_as_crr('services')");
    }

    @Override
    void begin() throws SQLException {
        super.begin();
        PreparedStatement set = statement("SELECT crsql_set_ts(?)");
        set.setString(1, timestamp());
        set.executeQuery().close();
    }

    @Override
    long version() throws SQLException {
        try (ResultSet row = statement("SELECT crsql_db_version()").executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    @Override
    List<Change> read(long version) throws SQLException {
        PreparedStatement select = statement(READ);
        select.setLong(1, version);
        List<Change> changes = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                List<@Nullable Object> values = new ArrayList<>(COLUMN_COUNT);
                for (int i = 1; i <= COLUMN_COUNT; i++) {
                    values.add(rows.getObject(i));
                }
                changes.add(new Change(values));
            }
        }
        return changes;
    }

    @Override
    void merge(List<Change> changes) throws SQLException {
        super.begin();
        PreparedStatement insert = statement(MERGE);
        for (Change change : changes) {
            for (int i = 1; i <= COLUMN_COUNT; i++) {
                insert.setObject(i, change.values().get(i - 1));
            }
            insert.addBatch();
        }
        insert.executeBatch();
        commit();
    }

    /** The extension keeps statements of its own, with which the connection would not close. */
    @Override
    public void close() throws SQLException {
        execute("SELECT crsql_finalize()");
        super.close();
    }
}
