package dev.corrosion.discovery;

import dev.corrosion.spring.CorrosionSchema;

/**
 * The replicated tables of discovery, and the views that combine them with membership.
 *
 * <p>{@code machines} has one row per node, {@code services} one per instance, {@code checks} those that are made of an
 * instance. Only the node that a row is about writes it; others delete it when the node has been gone for long. Times are
 * milliseconds since the epoch, lists and maps are JSON.
 *
 * <p>{@code service_instances} adds to each instance its {@code standing} on this node, see {@link Standing}, and
 * whether it is {@code callable}, which it is if it has a host and a port;
 * {@code healthy_instances} has those that a caller should choose among. Discovery follows the same rules in memory, and
 * gives the same answers.
 */
public final class CatalogTables {

    /** Nodes that were lost within so many milliseconds of each other were lost together. */
    static final long LOST_TOGETHER_MILLIS = 60_000;

    private static final String TABLES = """
            CREATE TABLE machines (
                node_id TEXT NOT NULL PRIMARY KEY,
                name TEXT NOT NULL DEFAULT '',
                host TEXT NOT NULL DEFAULT '',
                addresses TEXT NOT NULL DEFAULT '[]',
                cluster_address TEXT NOT NULL DEFAULT '',
                region TEXT NOT NULL DEFAULT '',
                zone TEXT NOT NULL DEFAULT '',
                version TEXT NOT NULL DEFAULT '',
                metadata TEXT NOT NULL DEFAULT '{}',
                started_at INTEGER NOT NULL DEFAULT 0,
                updated_at INTEGER NOT NULL DEFAULT 0
            );
            CREATE TABLE services (
                instance_id TEXT NOT NULL PRIMARY KEY,
                namespace TEXT NOT NULL DEFAULT 'default',
                service TEXT NOT NULL DEFAULT '',
                service_group TEXT NOT NULL DEFAULT '',
                node_id TEXT NOT NULL DEFAULT '',
                node_started INTEGER NOT NULL DEFAULT 0,
                host TEXT NOT NULL DEFAULT '',
                port INTEGER NOT NULL DEFAULT 0,
                secure INTEGER NOT NULL DEFAULT 0,
                scheme TEXT NOT NULL DEFAULT '',
                zone TEXT NOT NULL DEFAULT '',
                version TEXT NOT NULL DEFAULT '',
                weight INTEGER NOT NULL DEFAULT 1,
                tags TEXT NOT NULL DEFAULT '[]',
                metadata TEXT NOT NULL DEFAULT '{}',
                source TEXT NOT NULL DEFAULT '',
                status TEXT NOT NULL DEFAULT 'DOWN',
                status_detail TEXT NOT NULL DEFAULT '',
                registered_at INTEGER NOT NULL DEFAULT 0,
                updated_at INTEGER NOT NULL DEFAULT 0
            );
            CREATE INDEX services_by_node ON services (node_id);
            CREATE INDEX services_by_name ON services (namespace, service);
            CREATE TABLE checks (
                instance_id TEXT NOT NULL,
                check_id TEXT NOT NULL,
                node_id TEXT NOT NULL DEFAULT '',
                kind TEXT NOT NULL DEFAULT '',
                status TEXT NOT NULL DEFAULT 'CRITICAL',
                output TEXT NOT NULL DEFAULT '',
                definition TEXT NOT NULL DEFAULT '{}',
                updated_at INTEGER NOT NULL DEFAULT 0,
                PRIMARY KEY (instance_id, check_id)
            );
            """;

    /**
     * The order of {@link Standing}: UP is 0, OUT is 3. By their names UP is more than SUSPECT, and that is more than KEPT. A
     * window, since SQLite looks at no other services then if the query is about one.
     */
    private static final String VIEWS = """
            CREATE VIEW service_nodes AS
                SELECT id AS node_id, started_at, CASE
                    WHEN state = 'ALIVE' THEN 0
                    WHEN state = 'SUSPECT' THEN 1
                    WHEN state = 'DOWN' AND (SELECT count(*) FROM corrosion_members lost
                            WHERE lost.state = 'DOWN' AND abs(lost.since - m.since) <= %1$d)
                        >= (SELECT count(*) FROM corrosion_members WHERE state IN ('ALIVE', 'SUSPECT')) THEN 2
                    ELSE 3 END AS standing
                FROM corrosion_members m;
            CREATE VIEW service_instances AS
                SELECT s.*,
                    typeof(s.port) = 'integer' AND s.port BETWEEN 1 AND 65535 AND typeof(s.host) = 'text'
                        AND s.host <> '' AND s.host NOT GLOB '*[^]A-Za-z0-9._:%%[-]*' AS callable,
                    CASE
                    WHEN s.status <> 'UP' THEN 'OUT'
                    WHEN EXISTS (SELECT 1 FROM checks c
                        WHERE c.instance_id = s.instance_id AND c.status = 'CRITICAL') THEN 'OUT'
                    WHEN n.node_id IS NULL THEN CASE
                        WHEN (SELECT count(*) FROM corrosion_members WHERE state IN ('ALIVE', 'SUSPECT')) > 1 THEN 'OUT'
                        ELSE 'KEPT' END
                    WHEN s.node_started < n.started_at THEN 'OUT'
                    WHEN n.standing = 0 THEN 'UP'
                    WHEN n.standing = 1 THEN 'SUSPECT'
                    WHEN n.standing = 2 THEN 'KEPT'
                    ELSE 'OUT' END AS standing
                FROM services s LEFT JOIN service_nodes n ON n.node_id = s.node_id;
            CREATE VIEW healthy_instances AS
                SELECT instance_id, namespace, service, service_group, node_id, node_started, host, port, secure,
                    scheme, zone, version, weight, tags, metadata, source, status, status_detail, registered_at,
                    updated_at, callable, standing
                FROM (SELECT *, max(standing) FILTER (WHERE callable AND standing <> 'OUT')
                        OVER (PARTITION BY namespace, service) AS best FROM service_instances)
                WHERE callable AND standing = best;
            """.formatted(LOST_TOGETHER_MILLIS);

    /** What makes the tables. Columns that are NOT NULL have a default, as replicated tables need. */
    public static final CorrosionSchema SCHEMA = new CorrosionSchema("corrosion-discovery", TABLES + VIEWS);

    private CatalogTables() {}
}
