package dev.corrosion.config;

import dev.corrosion.config.ConfigTable.Entry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the environment was made of, so that it is made anew when the table says something else. Used by one thread at a time. */
final class LoadedConfig {

    private final Map<CorrosionConfigDataResource, List<Entry>> imports = new LinkedHashMap<>();

    void put(CorrosionConfigDataResource resource, List<Entry> entries) {
        imports.put(resource, entries);
    }

    Map<CorrosionConfigDataResource, List<Entry>> imports() {
        return Map.copyOf(imports);
    }
}
