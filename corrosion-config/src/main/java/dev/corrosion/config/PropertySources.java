package dev.corrosion.config;

import dev.corrosion.CorrosionException;
import dev.corrosion.config.ConfigTable.Entry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.boot.env.PropertiesPropertySourceLoader;
import org.springframework.boot.env.PropertySourceLoader;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;

/**
 * Makes property sources of rows. What is for one application overrides what is for all, what is for a profile overrides what is for
 * none, and single values override documents.
 */
final class PropertySources {

    private static final String VALUE = "value";

    private PropertySources() {}

    /**
     * The sources, each overriding those before it.
     *
     * @throws CorrosionException if a document cannot be read
     */
    static List<PropertySource<?>> of(CorrosionConfigDataResource resource, List<Entry> entries) {
        Map<Integer, List<Entry>> places = new TreeMap<>();
        for (Entry entry : entries) {
            if (entry.value() != null) {
                places.computeIfAbsent(place(resource, entry), place -> new ArrayList<>())
                        .add(entry);
            }
        }
        List<PropertySource<?>> sources = new ArrayList<>();
        places.values().forEach(group -> add(resource.namespace(), group, sources));
        return sources;
    }

    private static int place(CorrosionConfigDataResource resource, Entry entry) {
        int application = resource.applications().indexOf(entry.application());
        int profile = entry.profile().isEmpty() ? 0 : 1 + resource.profiles().indexOf(entry.profile());
        return application * (resource.profiles().size() + 1) + profile;
    }

    /** Documents in the order of their names, then the values. */
    private static void add(String namespace, List<Entry> group, List<PropertySource<?>> sources) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (Entry entry : group) {
            if (entry.format().equalsIgnoreCase(VALUE)) {
                values.put(entry.key(), text(entry));
            } else {
                sources.addAll(document(namespace, entry));
            }
        }
        if (!values.isEmpty()) {
            Entry first = group.get(0);
            String name = "corrosion:" + namespace + "/" + first.application()
                    + (first.profile().isEmpty() ? "" : "," + first.profile());
            sources.add(new MapPropertySource(name, values));
        }
    }

    private static List<PropertySource<?>> document(String namespace, Entry entry) {
        String name = "corrosion:" + namespace + "/" + entry.describe();
        try {
            return loader(entry).load(name, new ByteArrayResource(text(entry).getBytes(StandardCharsets.UTF_8), name));
        } catch (IOException | RuntimeException e) {
            throw new CorrosionException(
                    "the document " + entry.describe() + " in the table config is no " + entry.format() + ": "
                            + e.getMessage(),
                    e);
        }
    }

    private static PropertySourceLoader loader(Entry entry) {
        return switch (entry.format().toLowerCase(Locale.ROOT)) {
            case "properties" -> new PropertiesPropertySourceLoader();
            // JSON is YAML.
            case "yaml", "yml", "json" -> new YamlPropertySourceLoader();
            default ->
                throw new CorrosionException(
                        "the format '" + entry.format() + "' is not known; known are value, properties, yaml and json");
        };
    }

    private static String text(Entry entry) {
        return ConfigTable.text(entry.value());
    }
}
