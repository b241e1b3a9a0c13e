package dev.corrosion.crdt;

import dev.corrosion.ActorId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Everything that others can see of a database.
 *
 * @param version the last version of its own
 * @param heads the last version known of each actor
 * @param tables the rows of each table as text, sorted
 * @param changes every record
 */
record SiteState(
        long version, Map<ActorId, Long> heads, Map<String, List<String>> tables, Map<String, Change> changes) {

    static SiteState of(JsonNode expected) {
        expected.propertyNames().forEach(name -> {
            if (!List.of("db_version", "db_versions", "tables", "changes").contains(name)) {
                throw new IllegalArgumentException("a state of the format has no field " + name);
            }
        });
        Map<ActorId, Long> heads = new TreeMap<>();
        expected.get("db_versions")
                .properties()
                .forEach(head ->
                        heads.put(Vectors.actor(head.getKey()), head.getValue().longValue()));
        Map<String, List<String>> tables = new TreeMap<>();
        expected.get("tables").properties().forEach(table -> {
            List<String> rows = new ArrayList<>();
            table.getValue().forEach(row -> rows.add(row(Vectors.values(row))));
            rows.sort(null);
            tables.put(table.getKey(), rows);
        });
        return new SiteState(
                expected.get("db_version").longValue(),
                heads,
                tables,
                byPlace(Vectors.changes(expected.get("changes"))));
    }

    static Map<String, Change> byPlace(List<Change> changes) {
        Map<String, Change> byPlace = new TreeMap<>();
        for (Change change : changes) {
            Change other = byPlace.put(Vectors.place(change), change);
            if (other != null) {
                throw new AssertionError("two changes of one record: " + other + ", " + change);
            }
        }
        return byPlace;
    }

    /** A row, type-exactly. */
    static String row(List<? extends @Nullable Object> values) {
        return values.stream().map(Vectors::show).toList().toString();
    }
}
