package dev.corrosion.node;

import dev.corrosion.crdt.ComparedTable;
import dev.corrosion.protocol.TableScope;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** From what a question looks at to the table, as a snapshot has it. */
final class VerifyScopes {

    private VerifyScopes() {}

    /** Looks at these columns of the table only; at all of them if null. */
    static ComparedTable narrowed(ComparedTable table, @Nullable List<String> columns) {
        return columns == null ? table : table.only(columns);
    }

    static TableScope of(ComparedTable table, @Nullable List<String> columns) {
        return new TableScope(table.name(), table.schema(), columns);
    }

    /** The table of a question that comes after the first, when both have agreed on what to look at. */
    static ComparedTable require(Connection connection, TableScope scope) throws SQLException {
        ComparedTable table = ComparedTable.read(connection, scope.table());
        ComparedTable narrowed = table == null ? null : narrowed(table, scope.columns());
        if (narrowed == null || narrowed.schema() != scope.schema()) {
            throw new CancellationException("the table " + scope.table() + " is not what it was");
        }
        return narrowed;
    }
}
