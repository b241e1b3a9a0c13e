package dev.corrosion.discovery.registration;

import dev.corrosion.Corrosion;
import java.util.List;
import java.util.Map;

/** Registrations for tests. */
public final class Registrations {

    private Registrations() {}

    public static CorrosionServiceRegistry registry(Corrosion node) {
        return new CorrosionServiceRegistry(node, machine());
    }

    static Machine machine() {
        return new Machine("127.0.0.1", List.of("10.0.0.1"), "eu", "a", "1", Map.of("rack", "7"));
    }

    public static CorrosionRegistration registration(Corrosion node, String service, int port) {
        return CorrosionRegistration.builder(service, node.actorId().shortId(), "127.0.0.1")
                .port(port)
                .metadata("zone", "z\"1")
                .build();
    }
}
