package dev.corrosion.discovery.registration;

import dev.corrosion.Corrosion;
import java.util.Map;

/** Registrations for tests. */
public final class Registrations {

    private Registrations() {}

    public static CorrosionServiceRegistry registry(Corrosion node) {
        return new CorrosionServiceRegistry(node, "127.0.0.1");
    }

    public static CorrosionRegistration registration(Corrosion node, String service, int port) {
        return new CorrosionRegistration(
                service, node.actorId().shortId(), "127.0.0.1", () -> port, "http", Map.of("zone", "z\"1"));
    }
}
