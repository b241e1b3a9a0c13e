package dev.corrosion.discovery.consul;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.json.JsonParseException;
import org.springframework.boot.json.JsonParserFactory;

/** An object of JSON whose names are found in any case, as Consul does it; wrong types are refused with the field's name. */
final class Fields {

    private final Map<String, Object> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    private Fields(Map<?, ?> values) {
        values.forEach((name, value) -> {
            if (value != null) {
                this.values.put(String.valueOf(name), value);
            }
        });
    }

    /** @throws IllegalArgumentException if that is no object of JSON */
    static Fields parse(String json) {
        try {
            return new Fields(JsonParserFactory.getJsonParser().parseMap(json));
        } catch (JsonParseException e) {
            throw new IllegalArgumentException("the body is no object of JSON: " + e.getMessage(), e);
        }
    }

    /** Whether there is something: clients of Consul also send what is empty. */
    boolean has(String field) {
        Object value = values.get(field);
        if (value instanceof String text) {
            return !text.isEmpty();
        }
        return value instanceof List<?> list ? !list.isEmpty() : value instanceof Map<?, ?> map && !map.isEmpty();
    }

    @Nullable String text(String field) {
        Object value = values.get(field);
        if (value == null || "".equals(value)) {
            return null;
        }
        if (value instanceof Map || value instanceof List) {
            throw wrong(field, "a text");
        }
        return String.valueOf(value);
    }

    String text(String field, String fallback) {
        String text = text(field);
        return text == null ? fallback : text;
    }

    int number(String field, int fallback) {
        String text = text(field);
        try {
            return text == null ? fallback : Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw wrong(field, "a whole number");
        }
    }

    @Nullable Duration duration(String field) {
        String text = text(field);
        return text == null ? null : GoDuration.parse(field, text);
    }

    @Nullable Fields object(String field) {
        Object value = values.get(field);
        if (value == null) {
            return null;
        }
        if (value instanceof Map<?, ?> map) {
            return new Fields(map);
        }
        throw wrong(field, "an object");
    }

    /** All fields, each of which is an object. The names keep their case. */
    Map<String, Fields> objectsByName() {
        Map<String, Fields> objects = new LinkedHashMap<>();
        values.forEach((name, value) -> {
            if (!(value instanceof Map<?, ?> map)) {
                throw wrong(name, "an object");
            }
            objects.put(name, new Fields(map));
        });
        return objects;
    }

    List<Fields> objects(String field) {
        return list(field).stream()
                .map(value -> {
                    if (value instanceof Map<?, ?> map) {
                        return new Fields(map);
                    }
                    throw wrong(field, "a list of objects");
                })
                .toList();
    }

    List<String> texts(String field) {
        return list(field).stream().map(String::valueOf).toList();
    }

    Map<String, String> map(String field) {
        Fields object = object(field);
        Map<String, String> map = new LinkedHashMap<>();
        if (object != null) {
            // A header of Consul's has a list of values.
            object.values.forEach((name, value) -> map.put(
                    name,
                    value instanceof List<?> list
                            ? String.join(
                                    ",", list.stream().map(String::valueOf).toList())
                            : String.valueOf(value)));
        }
        return map;
    }

    private List<?> list(String field) {
        Object value = values.get(field);
        if (value == null) {
            return List.of();
        }
        if (value instanceof List<?> list) {
            return list;
        }
        throw wrong(field, "a list");
    }

    private static IllegalArgumentException wrong(String field, String what) {
        return new IllegalArgumentException(String.format(Locale.ROOT, "%s must be %s", field, what));
    }
}
