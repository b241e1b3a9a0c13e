package dev.corrosion.spring.actuate;

import dev.corrosion.Corrosion;
import dev.corrosion.Member;
import dev.corrosion.NodeActivity;
import dev.corrosion.NodeActivity.Part;
import dev.corrosion.NodeStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.context.Lifecycle;

/**
 * Health {@code corrosion}. A node that is alone works, so it is UP: taking it out of service because others are
 * unreachable would turn a partition into an outage. DOWN only if the node itself has a problem that needs a person. UNKNOWN
 * while it is not open, before the start of its context or after the stop.
 */
public final class CorrosionHealthIndicator extends AbstractHealthIndicator {

    private final Corrosion corrosion;

    public CorrosionHealthIndicator(Corrosion corrosion) {
        super("the Corrosion node does not answer");
        this.corrosion = corrosion;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        if (corrosion instanceof Lifecycle lifecycle && !lifecycle.isRunning()) {
            builder.unknown().withDetail("node", "not open");
            return;
        }
        NodeStatus status = corrosion.status();
        builder.status(status.problems().isEmpty() ? "UP" : "DOWN");
        builder.withDetail("node", status.actorId().toString());
        builder.withDetail("database", database(status));
        builder.withDetail("membership", membership(status));
        builder.withDetail("sync", sync(status));
        builder.withDetail("subscriptions", subscriptions(status));
        builder.withDetail("transport", transport(status));
        builder.withDetail("stalls", status.activity().stalls());
        builder.withDetail("problems", status.problems());
        builder.withDetail("warnings", status.warnings());
    }

    private static Map<String, Object> part(NodeStatus status, Part part) {
        Map<String, Object> details = new LinkedHashMap<>();
        List<String> problems = status.activity().problems().getOrDefault(part, List.of());
        details.put("status", problems.isEmpty() ? "UP" : "DOWN");
        return details;
    }

    private static Map<String, Object> database(NodeStatus status) {
        NodeActivity.Storage storage = status.activity().storage();
        Map<String, Object> details = part(status, Part.DATABASE);
        details.put("bytes", status.databaseBytes());
        details.put("walBytes", storage.walBytes());
        storage.freeBytes().ifPresent(free -> details.put("freeBytes", free));
        return details;
    }

    private static Map<String, Object> membership(NodeStatus status) {
        Map<String, Object> details = part(status, Part.MEMBERSHIP);
        MemberCounts.of(status).forEach((state, count) -> details.put(MemberCounts.tag(state), count));
        details.put("isolated", status.members().stream().noneMatch(Member::isPresent));
        return details;
    }

    private static Map<String, Object> sync(NodeStatus status) {
        NodeActivity.Sync sync = status.activity().sync();
        Map<String, Object> details = part(status, Part.SYNC);
        details.put("synced", sync.synced());
        details.put("completed", sync.completed());
        details.put("failed", sync.failed());
        sync.last().ifPresent(last -> details.put("last", last));
        details.put("missingVersions", status.missingVersions());
        details.put("lagMillis", status.activity().replicationLag().toMillis());
        return details;
    }

    private static Map<String, Object> subscriptions(NodeStatus status) {
        int subscribers = status.subscriptions().stream()
                .mapToInt(NodeStatus.Subscription::subscribers)
                .sum();
        return Map.of("queries", status.subscriptions().size(), "subscribers", subscribers);
    }

    private static Map<String, Object> transport(NodeStatus status) {
        Map<String, Object> details = part(status, Part.TRANSPORT);
        details.put("links", status.activity().connections());
        details.put("refused", status.counters().getOrDefault("corrosion.links.refused", 0L));
        NodeStatus.Certificate own = status.certificates().own();
        if (own != null) {
            details.put("certificateExpires", own.notAfter());
        }
        return details;
    }
}
