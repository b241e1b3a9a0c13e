package dev.corrosion.schema;

import dev.corrosion.CorrosionOptions;
import dev.corrosion.crdt.Replica;
import java.sql.Connection;
import java.util.List;

/** Brings a database to the declared schema. */
public final class SchemaMigration {

    private SchemaMigration() {}

    /** What was done. */
    public record Applied(List<String> created, List<String> altered) {}

    public static Applied apply(Connection connection, Replica replica, List<CorrosionOptions.SchemaSource> sources) {
        if (sources.isEmpty()) {
            return new Applied(List.of(), List.of());
        }
        throw new UnsupportedOperationException();
    }
}
