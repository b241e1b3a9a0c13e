package dev.corrosion.discovery;

import dev.corrosion.spring.CorrosionSchema;

/**
 * The replicated tables of discovery.
 *
 * <p>{@code machines} has one row per node, {@code services} one per instance. Only the node that a row is about writes
 * it; others delete it when the node has been gone for long. Times are milliseconds since the epoch.
 */
public final class CatalogTables {

    /** What makes the tables. Columns that are NOT NULL have a default, as replicated tables need. */
    public static final CorrosionSchema SCHEMA = new CorrosionSchema("corrosion-discovery", """
            CREATE TABLE machines (
                node_id TEXT NOT NULL PRIMARY KEY,
                name TEXT NOT NULL DEFAULT '',
                host TEXT NOT NULL DEFAULT '',
                cluster_address TEXT NOT NULL DEFAULT '',
                started INTEGER NOT NULL DEFAULT 0,
                updated INTEGER NOT NULL DEFAULT 0
            );
            CREATE TABLE services (
                instance_id TEXT NOT NULL PRIMARY KEY,
                service_id TEXT NOT NULL DEFAULT '',
                node_id TEXT NOT NULL DEFAULT '',
                node_started INTEGER NOT NULL DEFAULT 0,
                host TEXT NOT NULL DEFAULT '',
                port INTEGER NOT NULL DEFAULT 0,
                secure INTEGER NOT NULL DEFAULT 0,
                scheme TEXT NOT NULL DEFAULT '',
                metadata TEXT NOT NULL DEFAULT '{}',
                status TEXT NOT NULL DEFAULT 'DOWN',
                registered_at INTEGER NOT NULL DEFAULT 0
            );
            """);

    private CatalogTables() {}
}
