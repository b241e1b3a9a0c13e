package dev.corrosion.spring.autoconfigure;

import dev.corrosion.CorrosionException;
import dev.corrosion.CorrosionOptions.SchemaSource;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.ResourcePatternResolver;

/** Reads the schema files. */
final class SchemaFiles {

    private final ResourcePatternResolver resources;

    SchemaFiles(ResourcePatternResolver resources) {
        this.resources = resources;
    }

    /**
     * All files, sorted by name over all locations. A pattern may match nothing; a file that is named must exist.
     *
     * @throws CorrosionException if a file is missing or cannot be read
     */
    List<SchemaSource> read(List<String> locations) {
        List<Resource> files = new ArrayList<>();
        for (String location : locations) {
            files.addAll(find(location));
        }
        return files.stream()
                .sorted(Comparator.comparing(SchemaFiles::fileName))
                .map(file -> new SchemaSource(fileName(file), content(file)))
                .toList();
    }

    private List<Resource> find(String location) {
        boolean pattern = location.contains("*") || location.contains("?");
        try {
            List<Resource> found = List.of(resources.getResources(location));
            if (!pattern && found.stream().noneMatch(Resource::exists)) {
                throw new CorrosionException("the schema file " + location
                        + " does not exist: correct corrosion.schema.locations or create the file");
            }
            return found;
        } catch (FileNotFoundException e) {
            // What Spring says when the directory before the pattern does not exist.
            return List.of();
        } catch (IOException e) {
            throw new CorrosionException("cannot look for schema files at " + location, e);
        }
    }

    private static String fileName(Resource file) {
        String name = file.getFilename();
        return name == null ? file.getDescription() : name;
    }

    private static String content(Resource file) {
        try {
            return file.getContentAsString(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new CorrosionException("cannot read the schema file " + file.getDescription(), e);
        }
    }
}
