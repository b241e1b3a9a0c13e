package dev.corrosion.discovery;

import dev.corrosion.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which instances a caller wants, in SQL, of all services. Immutable.
 *
 * @param sql with {@code ?} for its parameters
 */
public record InstanceQuery(String sql, List<@Nullable Object> parameters, boolean isCondition) {

    public InstanceQuery {
        if (sql.isBlank()) {
            throw new IllegalArgumentException("the SQL of a query for instances is empty");
        }
        parameters = Collections.unmodifiableList(new ArrayList<>(parameters));
    }

    /**
     * The rows of {@code healthy_instances}, in the namespace of the application, for which a condition holds, such as {@code
     * service = ? AND version LIKE '2.%'}; ordered by service and instance id.
     */
    public static InstanceQuery where(String condition, @Nullable Object... parameters) {
        return new InstanceQuery(condition, Arrays.asList(parameters), true);
    }

    /**
     * The rows of a query, in its order. It selects all columns of {@code healthy_instances}, or of {@code service_instances},
     * as {@code SELECT h.* FROM healthy_instances h JOIN machines USING (node_id) WHERE region = ?} does.
     */
    public static InstanceQuery select(String sql, @Nullable Object... parameters) {
        return new InstanceQuery(sql, Arrays.asList(parameters), false);
    }

    Statement statement(String namespace) {
        if (!isCondition) {
            return Statement.of(sql, parameters.toArray());
        }
        List<@Nullable Object> all = new ArrayList<>();
        all.add(namespace);
        all.addAll(parameters);
        // A line of its own: the condition may end with a comment.
        return Statement.of(
                "SELECT * FROM healthy_instances WHERE namespace = ? AND (" + sql + "\n) ORDER BY service, instance_id",
                all.toArray());
    }
}
