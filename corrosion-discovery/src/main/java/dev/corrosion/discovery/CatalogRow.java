package dev.corrosion.discovery;

import dev.corrosion.Row;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.json.JsonParserFactory;

/** A row of {@code services}: an instance, its status and the run of the node that registered it. */
record CatalogRow(CorrosionServiceInstance instance, boolean up, long nodeStartedMillis) {

    /** Ordered, so that instances come in the same order everywhere. */
    static final String QUERY = """
            SELECT instance_id, service, node_id, node_started, host, port, secure, scheme, metadata, status
            FROM services ORDER BY service, instance_id""";

    private static final Logger log = LoggerFactory.getLogger(CatalogRow.class);

    /** The row as an instance, or null if it cannot be one: anybody may write into the table. */
    static @Nullable CatalogRow of(Row row) {
        try {
            CorrosionServiceInstance instance = new CorrosionServiceInstance(
                    text(row, "instance_id"),
                    text(row, "service"),
                    text(row, "node_id"),
                    text(row, "host"),
                    Math.toIntExact(row.getLong("port")),
                    row.getBoolean("secure"),
                    text(row, "scheme"),
                    metadata(text(row, "metadata")));
            return new CatalogRow(
                    instance, ServiceStatus.UP.name().equals(text(row, "status")), row.getLong("node_started"));
        } catch (RuntimeException e) {
            log.warn("Ignoring a row of the table services that is not an instance ({}): {}", e.getMessage(), row);
            return null;
        }
    }

    private static String text(Row row, String column) {
        return Objects.requireNonNull(row.getString(column), column);
    }

    private static Map<String, String> metadata(String json) {
        Map<String, String> metadata = new TreeMap<>();
        JsonParserFactory.getJsonParser().parseMap(json).forEach((key, value) -> metadata.put(key, "" + value));
        return metadata;
    }
}
