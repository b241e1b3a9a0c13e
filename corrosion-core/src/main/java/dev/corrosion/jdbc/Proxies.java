package dev.corrosion.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Proxies of JDBC's interfaces. */
final class Proxies {

    private Proxies() {}

    /** A proxy of one interface. */
    static <T> T of(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(Proxies.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    /** Calls a method that declares {@link SQLException}, and throws what it throws. */
    static @Nullable Object invoke(Object target, Method method, @Nullable Object[] args) throws SQLException {
        try {
            return method.invoke(target, args);
        } catch (InvocationTargetException e) {
            Throwable cause = e.getCause();
            if (cause instanceof SQLException failure) {
                throw failure;
            }
            if (cause instanceof RuntimeException failure) {
                throw failure;
            }
            if (cause instanceof Error failure) {
                throw failure;
            }
            throw new SQLException(method.getName() + " failed: " + cause, cause);
        } catch (IllegalAccessException e) {
            throw new SQLException(method.getName() + " cannot be called: " + e.getMessage(), e);
        }
    }
}
