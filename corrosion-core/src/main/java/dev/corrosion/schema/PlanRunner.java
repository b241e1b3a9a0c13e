package dev.corrosion.schema;

import static dev.corrosion.store.SqlNames.quote;

import dev.corrosion.CorrosionException;
import dev.corrosion.SchemaPlan.AddColumn;
import dev.corrosion.SchemaPlan.AdoptTable;
import dev.corrosion.SchemaPlan.CreateObject;
import dev.corrosion.SchemaPlan.CreateTable;
import dev.corrosion.SchemaPlan.DropColumn;
import dev.corrosion.SchemaPlan.DropTable;
import dev.corrosion.SchemaPlan.Kind;
import dev.corrosion.SchemaPlan.RebuildTable;
import dev.corrosion.SchemaPlan.Step;
import dev.corrosion.crdt.Change;
import dev.corrosion.crdt.ChangeReader;
import dev.corrosion.crdt.PackedKey;
import dev.corrosion.crdt.Replica;
import dev.corrosion.crdt.ReplicatedTable;
import dev.corrosion.crdt.UnfitRowsException;
import dev.corrosion.schema.TableColumns.Column;
import dev.corrosion.store.SqlValues;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the steps of a plan, and lets the replication of each table follow, inside the caller's transaction. */
final class PlanRunner {

    private static final Logger log = LoggerFactory.getLogger(PlanRunner.class);

    private final Connection connection;
    private final Replica replica;

    /** Tables with a trigger that is newer than those which record. */
    private final Set<String> outdated = new LinkedHashSet<>();

    PlanRunner(Connection connection, Replica replica) {
        this.connection = connection;
        this.replica = replica;
    }

    void run(List<PlannedStep> steps, DeclaredSchema declared) throws SQLException {
        if (steps.isEmpty()) {
            return;
        }
        replica.beginSchemaChange(connection);
        for (PlannedStep planned : steps) {
            log.info("schema: {}", planned.step().description());
            try {
                run(planned.step(), declared);
            } catch (SQLException e) {
                throw planned.failed(e);
            } catch (UnfitRowsException e) {
                throw planned.failed(String.valueOf(e.getMessage()), e);
            }
        }
        for (String table : outdated) {
            dropRecordingTriggers(table);
            replica.refresh(connection, table);
        }
        replica.endSchemaChange(connection);
    }

    private void run(Step step, DeclaredSchema declared) throws SQLException {
        if (step instanceof CreateTable create) {
            execute(step);
            replica.adopt(connection, create.table());
        } else if (step instanceof AdoptTable adopt) {
            replica.adopt(connection, adopt.table());
        } else if (step instanceof AddColumn add) {
            execute(step);
            refresh(add.table());
        } else if (step instanceof DropColumn drop) {
            dropRecordingTriggers(drop.table());
            execute(step);
            refresh(drop.table());
        } else if (step instanceof RebuildTable rebuild) {
            rebuild(rebuild);
        } else if (step instanceof DropTable drop) {
            replica.drop(connection, drop.table());
            execute(step);
        } else {
            execute(step);
            if (step instanceof CreateObject create && create.kind() == Kind.TRIGGER) {
                declared.other(Kind.TRIGGER, create.name())
                        .flatMap(trigger -> declared.table(trigger.target()))
                        .ifPresent(table -> outdated.add(table.name()));
            }
        }
    }

    private void execute(Step step) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : step.sql()) {
                statement.execute(sql);
            }
        }
    }

    private Optional<ReplicatedTable> replicated(String table) {
        return ReplicatedTable.find(replica.tables(), table);
    }

    /** A table that is yet to be adopted has nothing to be refreshed. */
    private void refresh(String table) throws SQLException {
        if (replicated(table).isPresent()) {
            replica.refresh(connection, table);
        }
    }

    private void rebuild(RebuildTable rebuild) throws SQLException {
        boolean needsWritten = rebuild.sql().stream().anyMatch(sql -> sql.contains(TableRebuild.WRITTEN));
        try (Statement statement = connection.createStatement()) {
            if (needsWritten) {
                noteWrittenCells(rebuild.table());
            }
            try {
                execute(rebuild);
            } finally {
                statement.execute("PRAGMA legacy_alter_table = OFF");
            }
            if (needsWritten) {
                statement.execute("DROP TABLE " + TableRebuild.WRITTEN);
            }
        }
        refresh(rebuild.table());
    }

    private void noteWrittenCells(String table) throws SQLException {
        ReplicatedTable replicated = replicated(table)
                .orElseThrow(() -> new CorrosionException("the table " + table + " is not replicated"));
        List<Column> key = TableColumns.read(connection, table).key();
        try (Statement statement = connection.createStatement()) {
            statement.execute(TableRebuild.createWritten(key));
        }
        String insert = "INSERT INTO " + TableRebuild.WRITTEN + " VALUES (?" + ", ?".repeat(key.size()) + ")";
        try (PreparedStatement written = connection.prepareStatement(insert)) {
            for (Change change : ChangeReader.all(connection, List.of(replicated))) {
                int index = 1;
                written.setString(index++, change.cid());
                for (Object part : PackedKey.unpack(change.pk())) {
                    SqlValues.bind(written, index++, part);
                }
                written.executeUpdate();
            }
        }
    }

    /**
     * The triggers that record come last, so that SQLite, which runs the youngest first, runs them before the user's: a
     * trigger that writes the row again must find it recorded. They name each column, so they go before one is dropped.
     */
    private void dropRecordingTriggers(String table) throws SQLException {
        List<String> names = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement("SELECT name FROM sqlite_schema"
                + " WHERE type = 'trigger' AND tbl_name = ? COLLATE NOCASE AND substr(name, 1, ?) = ?")) {
            select.setString(1, table);
            select.setInt(2, PresentSchema.INTERNAL.length());
            select.setString(3, PresentSchema.INTERNAL);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    names.add(Objects.requireNonNull(rows.getString(1)));
                }
            }
        }
        try (Statement statement = connection.createStatement()) {
            for (String name : names) {
                statement.execute("DROP TRIGGER " + quote(name));
            }
        }
    }
}
