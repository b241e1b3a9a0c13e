package dev.corrosion.spring;

import dev.corrosion.SubscriptionEvent;
import org.jspecify.annotations.Nullable;

/**
 * A change of a query's result.
 *
 * @param type what happened
 * @param value the row after an insert or update, the row that went with a delete
 * @param old the row before an update, else null
 */
public record Change<T>(
        SubscriptionEvent.Type type, T value, @Nullable T old) {}
