package dev.corrosion.discovery.registration;

import dev.corrosion.Corrosion;
import dev.corrosion.discovery.ServiceStatus;
import java.time.Clock;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.client.serviceregistry.ServiceRegistry;
import reactor.core.publisher.Flux;

/**
 * Registers in the replicated table {@code services}. All calls are local writes, durable when they return, and block
 * only for as long as SQLite takes; they never wait for other nodes.
 *
 * <p>Calls exclude each other, so that {@link #reassert} can never bring back what was just removed.
 */
public final class CorrosionServiceRegistry implements ServiceRegistry<CorrosionRegistration> {

    private static final Logger log = LoggerFactory.getLogger(CorrosionServiceRegistry.class);

    private final CatalogWriter writer;
    private final Map<String, Registered> registered = new HashMap<>();

    /** Removes the rows that an earlier run of this node left behind. */
    public CorrosionServiceRegistry(Corrosion corrosion, String host) {
        this.writer = new CatalogWriter(corrosion, Clock.systemUTC());
        writer.begin(host);
    }

    /** Registers as {@link ServiceStatus#UP}; again, if it was registered before. */
    @Override
    public synchronized void register(@Nullable CorrosionRegistration registration) {
        CorrosionRegistration given = Objects.requireNonNull(registration, "registration");
        writer.put(given, ServiceStatus.UP);
        registered.put(given.getInstanceId(), new Registered(given, ServiceStatus.UP));
        log.info("Registered {}", given);
    }

    /** Removes it; does nothing if it is not registered. */
    @Override
    public synchronized void deregister(@Nullable CorrosionRegistration registration) {
        String id = Objects.requireNonNull(registration, "registration").getInstanceId();
        if (registered.containsKey(id)) {
            // The row first: if that fails, a later call tries again.
            writer.remove(id);
            registered.remove(id);
            log.info("Deregistered {}", id);
        }
    }

    /** Removes all that is registered here, as far as the database lets it. A second call does nothing. */
    @Override
    public synchronized void close() {
        for (Registered entry : List.copyOf(registered.values())) {
            try {
                deregister(entry.registration());
            } catch (RuntimeException e) {
                log.warn("{} could not be deregistered", entry.registration(), e);
            }
        }
    }

    /**
     * Sets the status.
     *
     * @throws IllegalArgumentException if it is not a {@link ServiceStatus}
     * @throws IllegalStateException if it is not registered
     */
    @Override
    public synchronized void setStatus(CorrosionRegistration registration, String status) {
        ServiceStatus wanted = Arrays.stream(ServiceStatus.values())
                .filter(known -> known.name().equalsIgnoreCase(status))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "unknown status " + status + "; known are " + Arrays.toString(ServiceStatus.values())));
        String id = registration.getInstanceId();
        if (!registered.containsKey(id)) {
            throw new IllegalStateException(id + " is not registered, so it has no status");
        }
        writer.status(id, wanted);
        registered.put(id, new Registered(registration, wanted));
    }

    /** The name of its {@link ServiceStatus}, or {@code UNKNOWN} if it is not registered. */
    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"
    }) // the interface leaves the type to the implementation
    public synchronized <T> T getStatus(CorrosionRegistration registration) {
        Registered entry = registered.get(registration.getInstanceId());
        return (T) (entry == null ? "UNKNOWN" : entry.status().name());
    }

    /**
     * Writes again what is registered but not in the table. Others remove the rows of a node that they have not seen for
     * long; if it was only cut off, it says so by this when it is back.
     */
    synchronized void reassert() {
        Set<String> missing = new HashSet<>(registered.keySet());
        missing.removeAll(writer.present());
        for (String id : missing) {
            Registered entry = Objects.requireNonNull(registered.get(id));
            log.info("{} was removed by another node; registering it again", id);
            writer.put(entry.registration(), entry.status());
        }
    }

    /** Signals whenever {@link #reassert} might have something to do. */
    Flux<?> ownRows() {
        return writer.watch();
    }

    private record Registered(CorrosionRegistration registration, ServiceStatus status) {}
}
