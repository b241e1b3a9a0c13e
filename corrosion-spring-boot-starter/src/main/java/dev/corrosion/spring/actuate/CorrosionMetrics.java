package dev.corrosion.spring.actuate;

import dev.corrosion.Corrosion;
import dev.corrosion.Member;
import dev.corrosion.NodeStatus;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Meters of the node: {@code corrosion.members} by state, {@code corrosion.versions.missing}, {@code corrosion.db.size},
 * {@code corrosion.subscriptions} and one counter per entry of {@link NodeStatus#counters()}.
 */
public final class CorrosionMetrics implements MeterBinder {

    private final Corrosion corrosion;

    public CorrosionMetrics(Corrosion corrosion) {
        this.corrosion = corrosion;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        RecentStatus recent =
                new RecentStatus(corrosion::status, registry.config().clock());
        for (Member.State state : Member.State.values()) {
            Gauge.builder("corrosion.members", () -> MemberCounts.of(recent.get())
                            .get(state))
                    .description("Other members, by what membership holds of them")
                    .tag("state", MemberCounts.tag(state))
                    .register(registry);
        }
        Gauge.builder("corrosion.versions.missing", () -> recent.get().missingVersions())
                .description("Versions known to exist that have not arrived here yet")
                .register(registry);
        Gauge.builder("corrosion.db.size", () -> recent.get().databaseBytes())
                .description("Size of the database file with its write-ahead log")
                .baseUnit(BaseUnits.BYTES)
                .register(registry);
        Gauge.builder("corrosion.subscriptions", () -> recent.get().subscriptions().stream()
                        .mapToInt(NodeStatus.Subscription::subscribers)
                        .sum())
                .description("Subscribers, of queries that are kept up to date")
                .register(registry);
        for (String counter : recent.get().counters().keySet()) {
            FunctionCounter.builder(
                            counter, recent, status -> status.get().counters().getOrDefault(counter, 0L))
                    .register(registry);
        }
    }
}
