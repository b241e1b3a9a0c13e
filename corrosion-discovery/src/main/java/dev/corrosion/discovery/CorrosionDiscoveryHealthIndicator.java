package dev.corrosion.discovery;

import org.springframework.boot.health.contributor.Health;
import org.springframework.cloud.client.discovery.health.DiscoveryHealthIndicator;

/** Part {@code corrosion} of Spring Cloud's discovery health: UP if the snapshot follows changes. */
public final class CorrosionDiscoveryHealthIndicator implements DiscoveryHealthIndicator {

    private final CorrosionDiscovery discovery;

    public CorrosionDiscoveryHealthIndicator(CorrosionDiscovery discovery) {
        this.discovery = discovery;
    }

    @Override
    public String getName() {
        return "corrosion";
    }

    @Override
    public Health health() {
        Health.Builder health = Health.up().withDetail("services", discovery.services());
        try {
            discovery.probe();
        } catch (RuntimeException e) {
            health.down(e);
        }
        return health.build();
    }
}
