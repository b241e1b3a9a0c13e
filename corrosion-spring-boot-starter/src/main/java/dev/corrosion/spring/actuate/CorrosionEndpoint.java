package dev.corrosion.spring.actuate;

import dev.corrosion.Corrosion;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/** Actuator endpoint {@code corrosion}: the node, its members and what it holds. Read only. */
@Endpoint(id = "corrosion", defaultAccess = Access.READ_ONLY)
public final class CorrosionEndpoint {

    private final Corrosion corrosion;

    public CorrosionEndpoint(Corrosion corrosion) {
        this.corrosion = corrosion;
    }

    /** The node as it is now. */
    @ReadOperation
    public CorrosionReport report() {
        return CorrosionReport.of(corrosion.status());
    }
}
