package dev.corrosion;

import java.util.List;

/**
 * How a subscription to a query would follow the changes.
 *
 * @param tier 1: from the changed row itself, found by an index; 2: the affected rows of a join are queried again; 3: the
 *     affected groups; 4: the whole query, whenever something that it reads has changed
 * @param reason why the tier is not a lower one
 * @param tables the tables that it reads, in lower case
 * @param columns names of the result's columns
 */
public record SubscriptionPlan(int tier, String reason, List<String> tables, List<String> columns) {}
