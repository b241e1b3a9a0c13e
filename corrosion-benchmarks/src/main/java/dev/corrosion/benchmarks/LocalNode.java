package dev.corrosion.benchmarks;

import dev.corrosion.ActorId;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.Statement;
import dev.corrosion.Synchronous;
import dev.corrosion.crdt.ChangePage;
import dev.corrosion.crdt.LocalTransaction;
import dev.corrosion.crdt.Replica;
import dev.corrosion.store.Database;
import dev.corrosion.store.DatabaseOptions;
import dev.corrosion.store.Statements;
import dev.corrosion.store.WriteTask;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** What a node does with a local write, up to the commit: queue, writer thread, reading back what is to be sent. */
final class LocalNode implements AutoCloseable {

    /** How much of a version a node sends unasked. */
    private static final int MAX_SENT_BYTES = 64 * 1024;

    private final Replica replica = new Replica(() -> new ActorId(UUID.randomUUID()));
    private final Database database;

    LocalNode(Path file, Synchronous synchronous) {
        Duration timeout = CorrosionOptions.DEFAULT_TIMEOUT;
        database = Database.open(file, new DatabaseOptions(synchronous, timeout, timeout), replica);
        database.write(connection -> {
                    try (java.sql.Statement statement = connection.createStatement()) {
                        statement.execute(Subject.CREATE_TABLE);
                    }
                    replica.adopt(connection, "services");
                    return true;
                })
                .join();
    }

    /** Completes when the statement is committed. */
    CompletableFuture<ChangePage> write(Statement statement) {
        WriteTask<ChangePage> task = connection -> {
            replica.begin(Subject.timestamp());
            Statements.execute(replica.statements(), statement, Statements.MAX_RETURNED_ROWS);
            LocalTransaction transaction = replica.finish();
            return replica.changes(transaction, MAX_SENT_BYTES);
        };
        return database.write(task);
    }

    @Override
    public void close() {
        database.close();
    }
}
