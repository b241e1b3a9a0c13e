package dev.corrosion.config;

import dev.corrosion.Row;
import dev.corrosion.Statement;
import dev.corrosion.spring.CorrosionSchema;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The replicated table of configuration. */
final class ConfigTable {

    /** Columns that are NOT NULL have a default, as replicated tables need. */
    static final CorrosionSchema SCHEMA = new CorrosionSchema("corrosion-config", """
            CREATE TABLE config (
                namespace TEXT NOT NULL DEFAULT 'default',
                application TEXT NOT NULL DEFAULT 'application',
                profile TEXT NOT NULL DEFAULT '',
                key TEXT NOT NULL,
                value TEXT,
                format TEXT NOT NULL DEFAULT 'value',
                PRIMARY KEY (namespace, application, profile, key)
            );
            """);

    /** All of a namespace, in an order that is the same everywhere. */
    static final String QUERY = "SELECT application, profile, key, value, format FROM config WHERE namespace = ?"
            + " ORDER BY application, profile, key";

    private ConfigTable() {}

    /**
     * A row.
     *
     * @param key the name of a property, or of a document
     * @param value the property's value, or the document's text; a row without one is as if it were not there
     * @param format {@code value} or the format of the document
     */
    record Entry(
            String application,
            String profile,
            String key,
            @Nullable String value,
            String format) {

        static Entry of(Row row) {
            return new Entry(
                    text(row.getString("application")),
                    text(row.getString("profile")),
                    text(row.getString("key")),
                    row.getString("value"),
                    text(row.getString("format")));
        }

        /** Which row it is, for people. */
        String describe() {
            return application + (profile.isEmpty() ? "" : "," + profile) + "/" + key;
        }
    }

    static Statement query(String namespace) {
        return Statement.of(QUERY, namespace);
    }

    static String text(@Nullable String column) {
        return Objects.requireNonNull(column, "a column of the table config is NULL");
    }
}
