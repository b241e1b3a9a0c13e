package dev.corrosion.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What all proxies of one connection have in common: they have an identity, do not show what is behind them, and let one
 * thread in at a time.
 */
abstract class Handler implements InvocationHandler {

    private static final @Nullable Object[] NONE = new Object[0];

    private final ReentrantLock lock;

    /** @param lock that of the connection */
    Handler(ReentrantLock lock) {
        this.lock = lock;
    }

    /** @param args empty if the method has none */
    abstract @Nullable Object call(Object proxy, Method method, @Nullable Object[] args) throws Throwable;

    /** Whether a method may be called while another thread is in. */
    boolean isConcurrent(String method) {
        return method.equals("isClosed");
    }

    @Override
    public final @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        @Nullable Object[] args = arguments == null ? NONE : arguments;
        return switch (method.getName()) {
            case "equals" -> proxy == args[0];
            case "hashCode" -> System.identityHashCode(proxy);
            case "toString" -> toString();
            case "isWrapperFor" -> isInstance(proxy, args[0]);
            case "unwrap" -> unwrap(proxy, args[0]);
            default -> isConcurrent(method.getName()) ? call(proxy, method, args) : locked(proxy, method, args);
        };
    }

    private @Nullable Object locked(Object proxy, Method method, @Nullable Object[] args) throws Throwable {
        lock.lock();
        try {
            return call(proxy, method, args);
        } finally {
            lock.unlock();
        }
    }

    private static boolean isInstance(Object proxy, @Nullable Object type) {
        return type instanceof Class<?> known && known.isInstance(proxy);
    }

    private static Object unwrap(Object proxy, @Nullable Object type) throws SQLException {
        if (isInstance(proxy, type)) {
            return proxy;
        }
        throw new SQLException("it cannot be unwrapped to " + type + ": what is behind is shared with the whole node");
    }

    /** For what is not handled: the interface's own answer if it has one. */
    static @Nullable Object unhandled(Object proxy, Method method, @Nullable Object[] args) throws Throwable {
        if (method.isDefault()) {
            return InvocationHandler.invokeDefault(proxy, method, args);
        }
        throw new SQLFeatureNotSupportedException(
                method.getDeclaringClass().getSimpleName() + "." + method.getName() + " is not supported", "0A000");
    }

    /** An argument that the interface declares as a primitive or otherwise never null. */
    static <T> T argument(@Nullable Object[] args, int index, Class<T> type) throws SQLException {
        Object value = args[index];
        if (value == null) {
            throw new SQLException("argument " + (index + 1) + " is null");
        }
        return type.cast(value);
    }
}
