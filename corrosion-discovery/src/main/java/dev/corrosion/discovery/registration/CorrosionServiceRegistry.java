package dev.corrosion.discovery.registration;

import dev.corrosion.Corrosion;
import dev.corrosion.discovery.ServiceStatus;
import dev.corrosion.discovery.registration.CatalogWriter.Withdrawal;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.client.serviceregistry.ServiceRegistry;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/**
 * Registers in the replicated table {@code services}. All calls are local writes, durable when they return, and block
 * only for as long as SQLite takes; they never wait for other nodes.
 *
 * <p>What is registered stays until it is deregistered or this is closed: where another node removes a row, because it
 * has not seen this node for long, it is written again.
 */
public final class CorrosionServiceRegistry implements ServiceRegistry<CorrosionRegistration> {

    /** What takes back the status that a person has set. */
    public static final String CANCEL_OVERRIDE = "CANCEL_OVERRIDE";

    private static final Logger log = LoggerFactory.getLogger(CorrosionServiceRegistry.class);

    private static final HealthReport RETIRED = new HealthReport(ServiceStatus.DOWN, "stopped or not ready");

    private final CatalogWriter writer;
    private final String nodeShortId;
    private final String host;
    private final Map<String, Entry> registered = new HashMap<>();

    /** Those that will be back; what was set for them is kept. */
    private final Set<String> withdrawn = new HashSet<>();

    private final Map<String, ServiceStatus> overrides = new HashMap<>();

    /** What was registered when the application stopped; it may be started again. */
    private final Map<String, CorrosionRegistration> suspended = new LinkedHashMap<>();

    private @Nullable Disposable keeper;

    /** Removes the rows that an earlier run of this node left behind. */
    public CorrosionServiceRegistry(Corrosion corrosion, Machine machine) {
        this.writer = new CatalogWriter(corrosion, machine, Clock.systemUTC());
        this.nodeShortId = corrosion.actorId().shortId();
        this.host = machine.host();
        writer.begin();
        keeper = RegistrationKeeper.start(this);
    }

    /** Begins a registration of something that this node offers. */
    public RegistrationBuilder registration(String serviceId) {
        return CorrosionRegistration.builder(serviceId, nodeShortId, host);
    }

    /**
     * Registers it with its initial status; again, if it was registered before.
     *
     * @throws IllegalStateException if a node that is there has an instance of this id
     */
    @Override
    public void register(@Nullable CorrosionRegistration registration) {
        register(Objects.requireNonNull(registration, "registration"), HealthReport.UP);
    }

    synchronized void register(CorrosionRegistration registration, HealthReport own) {
        String id = registration.getInstanceId();
        HealthReport effective = effective(registration, own);
        writer.put(registration, effective);
        registered.put(id, new Entry(registration, own, effective));
        withdrawn.remove(id);
        suspended.remove(id);
        if (keeper == null) {
            keeper = RegistrationKeeper.start(this);
        }
        log.info("Registered {} as {}", registration, effective.status());
    }

    /** Removes it, and what was set for it; does nothing if it is not registered. */
    @Override
    public void deregister(@Nullable CorrosionRegistration registration) {
        CorrosionRegistration given = Objects.requireNonNull(registration, "registration");
        withdraw(List.of(given), false, Duration.ZERO);
        forget(given.getInstanceId());
    }

    private synchronized void forget(String id) {
        withdrawn.remove(id);
        suspended.remove(id);
        overrides.remove(id);
    }

    /**
     * Takes away those which are registered, for a while or for ever, and waits until the others have heard. Others may
     * call meanwhile.
     *
     * @param stay whether the rows stay, as DOWN
     * @param patience how long to wait at most
     */
    Withdrawal withdraw(List<CorrosionRegistration> registrations, boolean stay, Duration patience) {
        Map<String, Entry> taken = take(registrations);
        if (taken.isEmpty()) {
            return Withdrawal.NOBODY;
        }
        List<String> ids = List.copyOf(taken.keySet());
        try {
            Withdrawal result = stay ? writer.retire(ids, RETIRED, patience) : writer.remove(ids, patience);
            log.info("Deregistered {}", ids);
            return result;
        } catch (RuntimeException e) {
            putBack(taken);
            throw e;
        }
    }

    /** Takes away all that is left when the application stops, until {@link #resume}. */
    Withdrawal suspend(boolean stay, Duration patience) {
        List<CorrosionRegistration> left = registrations();
        Withdrawal result = withdraw(left, stay, patience);
        remember(left);
        return result;
    }

    private synchronized void remember(List<CorrosionRegistration> left) {
        left.forEach(registration -> suspended.put(registration.getInstanceId(), registration));
    }

    /** Registers again what was taken away by {@link #suspend} and not deregistered since. */
    synchronized void resume() {
        List.copyOf(suspended.values()).forEach(registration -> register(registration, HealthReport.UP));
    }

    private synchronized List<CorrosionRegistration> registrations() {
        List<CorrosionRegistration> all = new ArrayList<>();
        registered.values().forEach(entry -> all.add(entry.registration()));
        return all;
    }

    /** From here on nothing brings them back but a new registration. */
    private synchronized Map<String, Entry> take(List<CorrosionRegistration> registrations) {
        Map<String, Entry> taken = new LinkedHashMap<>();
        for (CorrosionRegistration registration : registrations) {
            String id = registration.getInstanceId();
            Entry entry = registered.remove(id);
            if (entry != null) {
                taken.put(id, entry);
                withdrawn.add(id);
            }
        }
        return taken;
    }

    /** So that a later call tries again. */
    private synchronized void putBack(Map<String, Entry> taken) {
        taken.forEach(registered::putIfAbsent);
        withdrawn.removeAll(taken.keySet());
    }

    /** Removes all that is registered here, as far as the database lets it. A second call does nothing. */
    @Override
    public void close() {
        for (CorrosionRegistration registration : closing()) {
            try {
                deregister(registration);
            } catch (RuntimeException e) {
                log.warn("{} could not be deregistered", registration, e);
            }
        }
    }

    private synchronized List<CorrosionRegistration> closing() {
        if (keeper != null) {
            keeper.dispose();
            keeper = null;
        }
        withdrawn.clear();
        suspended.clear();
        return registrations();
    }

    /**
     * Sets the status, until it is taken back by {@link #CANCEL_OVERRIDE} or the registration is removed by {@link
     * #deregister}. It stays over the application's health and while the application refuses traffic. There is one thing
     * that it cannot do: declare UP what says itself that it is DOWN.
     *
     * @throws IllegalArgumentException if it is neither a {@link ServiceStatus} nor {@link #CANCEL_OVERRIDE}
     * @throws IllegalStateException if it is not registered
     */
    @Override
    public synchronized void setStatus(CorrosionRegistration registration, String status) {
        ServiceStatus wanted = CANCEL_OVERRIDE.equalsIgnoreCase(status) ? null : ServiceStatus.parse(status);
        String id = registration.getInstanceId();
        Entry entry = registered.get(id);
        if (entry == null && !withdrawn.contains(id)) {
            throw new IllegalStateException(id + " is not registered, so it has no status");
        }
        ServiceStatus before = wanted == null ? overrides.remove(id) : overrides.put(id, wanted);
        try {
            if (entry != null) {
                write(id, entry);
            }
        } catch (RuntimeException e) {
            if (before == null) {
                overrides.remove(id);
            } else {
                overrides.put(id, before);
            }
            throw e;
        }
    }

    /** What the application says of itself; written if it makes a difference. Nothing happens if it is not registered. */
    synchronized void health(CorrosionRegistration registration, HealthReport own) {
        String id = registration.getInstanceId();
        Entry entry = registered.get(id);
        if (entry != null) {
            Entry now = new Entry(entry.registration(), own, entry.written());
            registered.put(id, now);
            write(id, now);
        }
    }

    private void write(String id, Entry entry) {
        HealthReport effective = effective(entry.registration(), entry.own());
        if (!effective.equals(entry.written())) {
            writer.status(id, effective);
            registered.put(id, new Entry(entry.registration(), entry.own(), effective));
            log.info("{} is {} {}", id, effective.status(), effective.detail());
        }
    }

    private HealthReport effective(CorrosionRegistration registration, HealthReport own) {
        ServiceStatus set = overrides.get(registration.getInstanceId());
        if (set == null && registration.getInitialStatus() != ServiceStatus.UP) {
            return new HealthReport(registration.getInitialStatus(), "as it was registered");
        }
        if (set == null || (set == ServiceStatus.UP && own.status() == ServiceStatus.DOWN)) {
            return own;
        }
        return new HealthReport(set, set == ServiceStatus.UP ? "" : "set by an operator");
    }

    /**
     * A map with {@code status}, which callers see, {@code overriddenStatus}, which was set, and {@code detail}; what there
     * is not is {@code UNKNOWN}.
     */
    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"
    }) // the interface leaves the type to the implementation
    public synchronized <T> T getStatus(CorrosionRegistration registration) {
        String id = registration.getInstanceId();
        Entry entry = registered.get(id);
        ServiceStatus set = overrides.get(id);
        Map<String, String> status = new LinkedHashMap<>();
        status.put(
                "status", entry == null ? "UNKNOWN" : entry.written().status().name());
        status.put("overriddenStatus", set == null ? "UNKNOWN" : set.name());
        status.put("detail", entry == null ? "not registered" : entry.written().detail());
        return (T) status;
    }

    /**
     * Writes again what is registered but not in the table. Others remove the rows of a node that they have not seen for
     * long; if it was only cut off, it says so by this when it is back. Rows of an earlier run of the node count as
     * missing: what was registered by hand goes on when a context that was stopped is started. If a later run of this node is
     * there, it is the one that counts.
     */
    synchronized void reassert() {
        Set<String> missing = new HashSet<>(registered.keySet());
        long started = writer.started();
        missing.removeAll(writer.present(started));
        CatalogWriter.Run run = writer.machine(started);
        if (run == CatalogWriter.Run.LATER) {
            log.debug("another process has the identity of this node, and is younger");
            return;
        }
        if (run == CatalogWriter.Run.EARLIER) {
            writer.begin();
        }
        for (String id : missing) {
            Entry entry = Objects.requireNonNull(registered.get(id));
            log.info("{} is not in the catalogue any more; registering it again", id);
            writer.put(entry.registration(), entry.written());
        }
    }

    /** Signals whenever {@link #reassert} might have something to do. */
    Flux<?> ownRows() {
        return writer.watch();
    }

    /** What is registered, what it said of itself, and what of that is in the table. */
    private record Entry(CorrosionRegistration registration, HealthReport own, HealthReport written) {}
}
