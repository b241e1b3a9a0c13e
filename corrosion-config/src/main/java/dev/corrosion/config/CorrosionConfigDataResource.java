package dev.corrosion.config;

import dev.corrosion.CorrosionOptions;
import dev.corrosion.config.ConfigTable.Entry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.config.ConfigDataResource;

/** What one import asks for: a namespace of the table, for an application in its profiles. */
final class CorrosionConfigDataResource extends ConfigDataResource {

    private final String namespace;
    private final List<String> applications;
    private final List<String> profiles;
    private final Path database;
    private final FirstStart firstStart;

    /**
     * How a node without a copy gets one.
     *
     * @param options of a node that may be opened for it
     * @param timeout how long to wait for a peer
     * @param optional whether to go on without
     */
    record FirstStart(Supplier<CorrosionOptions> options, Duration timeout, boolean optional) {}

    /**
     * An import.
     *
     * @param applications names, each overriding those before it; the first is shared by all applications
     * @param profiles each overriding those before it
     */
    CorrosionConfigDataResource(
            String namespace, List<String> applications, List<String> profiles, Path database, FirstStart firstStart) {
        this.namespace = namespace;
        this.applications = List.copyOf(applications);
        this.profiles = List.copyOf(profiles);
        this.database = database;
        this.firstStart = firstStart;
    }

    String namespace() {
        return namespace;
    }

    List<String> applications() {
        return applications;
    }

    List<String> profiles() {
        return profiles;
    }

    Path database() {
        return database;
    }

    FirstStart firstStart() {
        return firstStart;
    }

    /** Whether an entry of the namespace is for this application in these profiles. */
    boolean concerns(Entry entry) {
        return applications.contains(entry.application())
                && (entry.profile().isEmpty() || profiles.contains(entry.profile()));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CorrosionConfigDataResource that
                && namespace.equals(that.namespace)
                && applications.equals(that.applications)
                && profiles.equals(that.profiles)
                && database.equals(that.database);
    }

    @Override
    public int hashCode() {
        return Objects.hash(namespace, applications, profiles, database);
    }

    @Override
    public String toString() {
        return "corrosion:" + namespace + " for " + applications + " in profiles " + profiles;
    }
}
