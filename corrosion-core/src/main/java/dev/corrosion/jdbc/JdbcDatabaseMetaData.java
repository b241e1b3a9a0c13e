package dev.corrosion.jdbc;

import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the driver tells about the database, always by a reader: tables do not change within a transaction, and nobody is
 * to wait for the writer to learn their names.
 */
final class JdbcDatabaseMetaData extends Handler {

    /** What is the node's own: no framework is to map, check or generate anything for it. */
    private static final String INTERNAL_TABLES = "__corrosion_";

    private static final Set<String> VIEWS = Set.of("corrosion_changes", "corrosion_members");

    private final JdbcConnection connection;

    private JdbcDatabaseMetaData(JdbcConnection connection) {
        super(connection.lock());
        this.connection = connection;
    }

    static DatabaseMetaData of(JdbcConnection connection) {
        return Proxies.of(DatabaseMetaData.class, new JdbcDatabaseMetaData(connection));
    }

    @Override
    @Nullable Object call(Object self, Method method, @Nullable Object[] args) throws Throwable {
        return switch (method.getName()) {
            case "getConnection" -> connection.proxy();
            case "getDefaultTransactionIsolation" -> Connection.TRANSACTION_SERIALIZABLE;
            case "supportsTransactionIsolationLevel" -> JdbcConnection.supportsIsolation(args[0]);
            case "supportsGetGeneratedKeys", "supportsSavepoints", "supportsBatchUpdates" -> true;
            case "supportsDataDefinitionAndDataManipulationTransactions", "supportsDataManipulationTransactionsOnly" ->
                method.getName().endsWith("Only");
            default -> method.isDefault() ? unhandled(self, method, args) : ask(method, args);
        };
    }

    private @Nullable Object ask(Method method, @Nullable Object[] args) throws SQLException {
        Lease lease = connection.leaseToRead();
        boolean keep = false;
        try {
            Object answer = lease.use(lent -> {
                Object told = Proxies.invoke(lent.getMetaData(), method, args);
                if (told instanceof ResultSet rows && rows.getStatement() != null) {
                    lease.keep(rows.getStatement());
                }
                return told;
            });
            if (answer instanceof ResultSet rows) {
                keep = true;
                return JdbcResultSet.of(connection.lock(), lease, rows, new Owner(lease, method.getName()))
                        .proxy();
            }
            return answer;
        } finally {
            if (!keep) {
                connection.failed(lease);
            }
        }
    }

    private final class Owner implements JdbcResultSet.Owner {

        private final Lease lease;
        private final boolean listsTables;

        Owner(Lease lease, String method) {
            this.lease = lease;
            this.listsTables = method.equals("getTables") || method.equals("getColumns");
        }

        @Override
        public boolean hides(ResultSet rows) throws SQLException {
            if (!listsTables) {
                return false;
            }
            String table = rows.getString("TABLE_NAME");
            return table != null && (table.startsWith(INTERNAL_TABLES) || VIEWS.contains(table));
        }

        @Override
        public <T> @Nullable T use(Lease.Work<T> work) throws SQLException {
            return lease.use(work);
        }

        @Override
        public void done(boolean closed) throws SQLException {
            if (closed) {
                connection.done(lease);
            }
        }

        @Override
        public @Nullable Statement statement() {
            return null;
        }
    }
}
