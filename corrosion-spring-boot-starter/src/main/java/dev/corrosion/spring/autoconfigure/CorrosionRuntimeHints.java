package dev.corrosion.spring.autoconfigure;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.util.ReflectionUtils;

/**
 * What a native image must know of the node: the schema files at their usual place, the provider that {@code
 * Corrosion.open} finds, and JDBC's interfaces, of which connections are proxies. The libraries bring their own. What rows
 * are mapped to is known for listeners; for the template, name it with {@code @RegisterReflectionForBinding}.
 */
final class CorrosionRuntimeHints implements RuntimeHintsRegistrar {

    private static final String PROVIDER = "dev.corrosion.spi.CorrosionProvider";

    private static final List<Class<?>> PROXIED = List.of(
            Connection.class,
            Statement.class,
            PreparedStatement.class,
            ResultSet.class,
            ResultSetMetaData.class,
            ParameterMetaData.class,
            DatabaseMetaData.class);

    @Override
    public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
        hints.resources().registerPattern("corrosion/schema/*.sql").registerPattern("META-INF/services/" + PROVIDER);
        for (Class<?> type : PROXIED) {
            hints.proxies().registerJdkProxy(type);
            ReflectionUtils.doWithMethods(
                    type, method -> hints.reflection().registerMethod(method, ExecutableMode.INVOKE));
        }
    }
}
