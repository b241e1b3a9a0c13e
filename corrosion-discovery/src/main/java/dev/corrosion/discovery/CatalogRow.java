package dev.corrosion.discovery;

import dev.corrosion.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.json.JsonParseException;
import org.springframework.boot.json.JsonParser;
import org.springframework.boot.json.JsonParserFactory;

/**
 * A row of {@code services}, read.
 *
 * @param instance the instance as it stands while nothing is against it
 * @param nodeStarted when the node was started that wrote it; any number, or something else
 * @param callable whether it has an address, as the view {@code service_instances} says
 */
record CatalogRow(
        CorrosionServiceInstance instance, @Nullable Object nodeStarted, boolean callable) {

    static final String COLUMNS =
            "instance_id, service, service_group, node_id, node_started, host, port, secure, scheme,"
                    + " zone, version, weight, tags, metadata, status";

    private static final Pattern HOST = Pattern.compile("[]\\[A-Za-z0-9._:%-]+");
    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*");
    private static final int MAX_PORT = 65_535;

    private static final JsonParser JSON = JsonParserFactory.getJsonParser();

    /**
     * Reads the row.
     *
     * @param warnings hears of what in it makes no sense: anybody may write into the table
     * @return the row, or null if it cannot be an instance
     */
    static @Nullable CatalogRow of(Row row, RowWarnings warnings) {
        String id = text(row, "instance_id");
        String host = text(row, "host");
        boolean addressed =
                row.get("host") instanceof String && HOST.matcher(host).matches();
        long port = row.get("port") instanceof Long number ? number : -1;
        boolean callable = addressed && port > 0 && port <= MAX_PORT;
        if (!callable && port != 0) {
            warnings.warn(id, "host '" + host + "' and port " + row.get("port") + " are no address", row);
            return null;
        }
        List<String> tags = tags(id, row, warnings);
        try {
            CorrosionServiceInstance instance = new CorrosionServiceInstance(
                    id,
                    text(row, "service"),
                    text(row, "node_id"),
                    addressed ? host : "",
                    (int) port,
                    row.getBoolean("secure"),
                    scheme(id, row, warnings),
                    metadata(id, row, tags, warnings),
                    tags,
                    text(row, "status"),
                    Standing.UP);
            return new CatalogRow(instance, row.get("node_started"), callable);
        } catch (IllegalArgumentException e) {
            warnings.warn(id, String.valueOf(e.getMessage()), row);
            return null;
        }
    }

    String id() {
        return String.valueOf(instance.getInstanceId());
    }

    private static String scheme(String id, Row row, RowWarnings warnings) {
        String scheme = text(row, "scheme");
        if (scheme.isEmpty() || SCHEME.matcher(scheme).matches()) {
            return scheme;
        }
        warnings.warn(id, "'" + scheme + "' is no scheme", row);
        return "";
    }

    private static List<String> tags(String id, Row row, RowWarnings warnings) {
        String json = text(row, "tags");
        List<String> tags = new ArrayList<>();
        if (!"[]".equals(json)) {
            try {
                JSON.parseList(json).forEach(tag -> tags.add(String.valueOf(tag)));
            } catch (JsonParseException e) {
                warnings.warn(id, "its tags are no JSON list", row);
            }
        }
        return tags;
    }

    private static Map<String, String> metadata(String id, Row row, List<String> tags, RowWarnings warnings) {
        Map<String, String> metadata = new TreeMap<>();
        String json = text(row, "metadata");
        if (!"{}".equals(json)) {
            try {
                JSON.parseMap(json).forEach((key, value) -> metadata.put(key, String.valueOf(value)));
            } catch (JsonParseException e) {
                warnings.warn(id, "its metadata is no JSON object", row);
            }
        }
        putUnlessEmpty(metadata, "zone", text(row, "zone"));
        putUnlessEmpty(metadata, "group", text(row, "service_group"));
        putUnlessEmpty(metadata, "version", text(row, "version"));
        putUnlessEmpty(metadata, "tags", String.join(",", tags));
        metadata.put("secure", String.valueOf(row.getBoolean("secure")));
        // One is the default of the column: then a weight that is only in the metadata stays.
        if (row.get("weight") instanceof Long weight && weight > 1) {
            metadata.put("weight", String.valueOf(weight));
        } else {
            metadata.putIfAbsent("weight", "1");
        }
        return metadata;
    }

    private static void putUnlessEmpty(Map<String, String> metadata, String key, String value) {
        if (!value.isEmpty()) {
            metadata.put(key, value);
        }
    }

    private static String text(Row row, String column) {
        return String.valueOf(row.getString(column));
    }
}
