package dev.corrosion.spring.actuate;

import dev.corrosion.Corrosion;
import dev.corrosion.Member;
import dev.corrosion.NodeStatus;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
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
        counts(status).forEach((state, count) -> builder.withDetail(tag(state), count));
        builder.withDetail("missingVersions", status.missingVersions());
        builder.withDetail("problems", status.problems());
        builder.withDetail("warnings", status.warnings());
    }

    static Map<Member.State, Long> counts(NodeStatus status) {
        Map<Member.State, Long> counts = new EnumMap<>(Member.State.class);
        for (Member.State state : Member.State.values()) {
            counts.put(state, 0L);
        }
        status.members().forEach(member -> counts.merge(member.state(), 1L, Long::sum));
        return counts;
    }

    static String tag(Member.State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
