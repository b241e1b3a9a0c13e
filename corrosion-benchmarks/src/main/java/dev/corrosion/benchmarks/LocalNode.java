package dev.corrosion.benchmarks;

import dev.corrosion.ActorId;
import dev.corrosion.Statement;
import dev.corrosion.crdt.ChangePage;
import dev.corrosion.crdt.ChangeReader;
import dev.corrosion.crdt.LocalTransaction;
import dev.corrosion.crdt.Replica;
import dev.corrosion.crdt.ReplicatedTable;
import dev.corrosion.store.ConnectionSetup;
import dev.corrosion.store.Database;
import dev.corrosion.store.Statements;
import dev.corrosion.store.WriteTask;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** What a node does with a local write, up to the commit: queue, writer thread, reading back what is to be sent. */
final class LocalNode implements AutoCloseable {

    /** How much of a version a node sends unasked. */
    private static final int MAX_SENT_BYTES = 64 * 1024;

    private final Replica replica = new Replica(() -> new ActorId(UUID.randomUUID()));
    private final Database database;

    LocalNode(Path file, Synchronous synchronous) {
        database = open(file, replica, synchronous);
        database.write(connection -> {
                    try (java.sql.Statement statement = connection.createStatement()) {
                        statement.execute(Subject.CREATE_TABLE);
                    }
                    replica.adopt(connection, "services");
                    return true;
                })
                .join();
    }

    /** The one place that knows how a database is told when to wait for the disk. */
    private static Database open(Path file, Replica replica, Synchronous synchronous) {
        return Database.open(file, new ConnectionSetup() {
            @Override
            public void configure(Connection connection) throws SQLException {
                try (java.sql.Statement statement = connection.createStatement()) {
                    statement.execute("PRAGMA synchronous = " + synchronous);
                }
                replica.configure(connection);
            }

            @Override
            public void committed() {
                replica.committed();
            }

            @Override
            public void rolledBack() {
                replica.rolledBack();
            }
        });
    }

    /** Completes when the statement is committed. */
    CompletableFuture<ChangePage> write(Statement statement) {
        WriteTask<ChangePage> task = connection -> {
            replica.begin(Subject.timestamp());
            Statements.execute(replica.statements(), statement);
            LocalTransaction transaction = replica.finish(connection);
            List<ReplicatedTable> tables = replica.tables().stream()
                    .filter(table -> transaction.tables().contains(table.name()))
                    .toList();
            return ChangeReader.read(connection, tables, replica.actorId(), transaction.version(), 0, MAX_SENT_BYTES);
        };
        return database.write(task);
    }

    @Override
    public void close() {
        database.close();
    }
}
