package dev.corrosion.discovery;

import dev.corrosion.Corrosion;
import dev.corrosion.Statement;

/** Rows of {@code services} for tests. */
public final class Catalogs {

    private Catalogs() {}

    /** An instance that is up, of the given run of its node, at 10.0.0.1. */
    public static Statement instance(Corrosion node, String service, String id, int port) {
        return Statement.of(
                "INSERT INTO services (instance_id, service, node_id, node_started, host, port, status)"
                        + " VALUES (?, ?, ?, ?, '10.0.0.1', ?, 'UP')",
                id,
                service,
                node.actorId().toString(),
                node.status().startedAt().toEpochMilli(),
                port);
    }

    /** Sets columns of an instance. */
    public static Statement set(String id, String assignments) {
        return Statement.of("UPDATE services SET " + assignments + " WHERE instance_id = ?", id);
    }
}
