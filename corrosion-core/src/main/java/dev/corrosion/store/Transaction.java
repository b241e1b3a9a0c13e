package dev.corrosion.store;

import java.sql.Connection;
import java.sql.SQLException;
import org.sqlite.SQLiteCommitListener;
import org.sqlite.SQLiteConnection;

/**
 * The transaction of the writer connection, and the savepoints of those who share it. Some errors, such as a full disk
 * or an interrupt, and {@code OR ROLLBACK} end it from within SQLite; then {@link #isOpen} tells. Writer thread only.
 */
final class Transaction implements SQLiteCommitListener {

    private final PreparedStatements statements;
    private boolean open;

    Transaction(Connection connection) {
        this.statements = new PreparedStatements(connection);
        ((SQLiteConnection) connection).addCommitListener(this);
    }

    /** Whether what was done since {@link #begin} is still there to be committed. */
    boolean isOpen() {
        return open;
    }

    void begin() throws SQLException {
        run("BEGIN IMMEDIATE");
        open = true;
    }

    /** From here to {@link #keep} or {@link #undo} it is the work of one. */
    void save() throws SQLException {
        run("SAVEPOINT __corrosion_task");
    }

    void keep() throws SQLException {
        run("RELEASE __corrosion_task");
    }

    void undo() throws SQLException {
        run("ROLLBACK TO __corrosion_task");
        run("RELEASE __corrosion_task");
    }

    void commit() throws SQLException {
        run("COMMIT");
        open = false;
    }

    /** Nothing happens if SQLite has rolled back by itself. */
    void rollBack() throws SQLException {
        if (open) {
            run("ROLLBACK");
        }
    }

    private void run(String sql) throws SQLException {
        statements.get(sql).execute();
    }

    @Override
    public void onCommit() {
        // COMMIT may still fail after this
    }

    @Override
    public void onRollback() {
        open = false;
    }
}
