package dev.corrosion.spring.actuate;

import dev.corrosion.Corrosion;
import dev.corrosion.NodeStatus;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Health {@code corrosion}. A node that is alone works, so it is UP: taking it out of service because others are
 * unreachable would turn a partition into an outage. DOWN only if the node itself has a problem that needs a person.
 */
public final class CorrosionHealthIndicator extends AbstractHealthIndicator {

    private final Corrosion corrosion;

    public CorrosionHealthIndicator(Corrosion corrosion) {
        super("the Corrosion node does not answer");
        this.corrosion = corrosion;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        NodeStatus status = corrosion.status();
        builder.status(status.problems().isEmpty() ? "UP" : "DOWN");
        builder.withDetail("node", status.actorId().toString());
        MemberCounts.of(status).forEach((state, count) -> builder.withDetail(MemberCounts.tag(state), count));
        builder.withDetail("missingVersions", status.missingVersions());
        builder.withDetail("problems", status.problems());
        builder.withDetail("warnings", status.warnings());
    }
}
