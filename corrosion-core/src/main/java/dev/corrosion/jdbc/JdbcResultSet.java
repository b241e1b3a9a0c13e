package dev.corrosion.jdbc;

import java.lang.reflect.Method;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A result as users see it: the driver's, for as long as its connection is lent. */
final class JdbcResultSet extends Handler {

    /** What the result is of. */
    interface Owner {
        /** Calls the driver as a part of the statement, with its timeout. */
        <T> @Nullable T use(Lease.Work<T> work) throws SQLException;

        /** Whether nobody is to see the row that has been read. */
        default boolean hides(ResultSet rows) throws SQLException {
            return false;
        }

        /** The result is over, because all is read or because it is closed; may be called again. */
        void done(boolean closed) throws SQLException;

        /** The statement as users see it, if there is one. */
        @Nullable Statement statement();
    }

    private final ReentrantLock lock;
    private final Lease lease;
    private final ResultSet rows;
    private final Owner owner;
    private volatile boolean closed;

    private JdbcResultSet(ReentrantLock lock, Lease lease, ResultSet rows, Owner owner) {
        super(lock);
        this.lock = lock;
        this.lease = lease;
        this.rows = rows;
        this.owner = owner;
    }

    /** The handler, and the proxy through {@link Proxies}. */
    static JdbcResultSet of(ReentrantLock lock, Lease lease, ResultSet rows, Owner owner) {
        return new JdbcResultSet(lock, lease, rows, owner);
    }

    ResultSet proxy() {
        return Proxies.of(ResultSet.class, this);
    }

    /** From now on it is closed; what it held is the business of the caller. */
    void invalidate() {
        closed = true;
    }

    @Override
    @Nullable Object call(Object self, Method method, @Nullable Object[] args) throws Throwable {
        switch (method.getName()) {
            case "close" -> {
                if (!closed) {
                    closed = true;
                    owner.done(true);
                }
                return null;
            }
            case "isClosed" -> {
                return closed || !lease.isOpen();
            }
            default -> {
                if (closed) {
                    throw Failures.closed("result");
                }
                return open(self, method, args);
            }
        }
    }

    private @Nullable Object open(Object self, Method method, @Nullable Object[] args) throws Throwable {
        return switch (method.getName()) {
            case "next" -> next();
            case "getStatement" -> owner.statement();
            case "getMetaData" -> metaData(lock, lease, Objects.requireNonNull(lease.use(lent -> rows.getMetaData())));
            case "getWarnings" -> null;
            default ->
                method.isDefault()
                        ? unhandled(self, method, args)
                        : lease.use(lent -> Proxies.invoke(rows, method, args));
        };
    }

    private boolean next() throws SQLException {
        Boolean more = owner.use(lent -> {
            boolean found = rows.next();
            while (found && owner.hides(rows)) {
                found = rows.next();
            }
            return found;
        });
        if (!Boolean.TRUE.equals(more)) {
            owner.done(false);
            return false;
        }
        return true;
    }

    /** The driver's object answers from the statement, so it too is only reached through the lease. */
    static ResultSetMetaData metaData(ReentrantLock lock, Lease lease, ResultSetMetaData metaData) {
        return forwarding(lock, lease, ResultSetMetaData.class, metaData);
    }

    static <T> T forwarding(ReentrantLock lock, Lease lease, Class<T> type, T target) {
        return Proxies.of(type, new Handler(lock) {
            @Override
            @Nullable Object call(Object self, Method method, @Nullable Object[] args) throws Throwable {
                return lease.use(lent -> Proxies.invoke(target, method, args));
            }
        });
    }
}
