package dev.corrosion.discovery;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.client.discovery.event.HeartbeatEvent;
import org.springframework.cloud.client.discovery.event.InstanceRegisteredEvent;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Tells the application of changes: a {@link ServiceChangedEvent} for each service and then one {@link HeartbeatEvent},
 * which makes Spring Cloud Gateway rebuild its routes. Its value rises with each change and with nothing else, so that
 * nobody rebuilds for nothing. Listeners run on one thread of their own, in order.
 *
 * <p>In the phase of the node, that is the first to start and the last to stop: requests that drain still find
 * instances that are there.
 */
public final class DiscoveryEventPublisher implements SmartLifecycle {

    /** Tasks of the one subscription; it has one at a time. */
    private static final int MAX_WAITING = 16;

    private static final int IDLE_SECONDS = 60;

    private static final Logger log = LoggerFactory.getLogger(DiscoveryEventPublisher.class);

    private final CorrosionDiscovery discovery;
    private final ApplicationEventPublisher publisher;
    private final boolean registers;
    private final AtomicLong changes = new AtomicLong();
    private volatile Catalog published;
    private @Nullable Scheduler thread;
    private @Nullable Disposable subscription;

    /**
     * Publishes while it runs.
     *
     * @param registers whether this application registers itself; if not, the start of discovery stands for that event,
     *     for which Spring Cloud's discovery health waits
     */
    public DiscoveryEventPublisher(
            CorrosionDiscovery discovery, ApplicationEventPublisher publisher, boolean registers) {
        this.discovery = discovery;
        this.publisher = publisher;
        this.registers = registers;
        this.published = discovery.catalog();
    }

    @Override
    public synchronized void start() {
        if (!isRunning()) {
            // Of those that may block: listeners do, such as the gateway when it reads its routes anew.
            Scheduler own = Schedulers.newBoundedElastic(1, MAX_WAITING, "corrosion-discovery", IDLE_SECONDS, true);
            thread = own;
            subscription = discovery.changesSince(published, own).subscribe(this::publish);
            if (!registers) {
                publisher.publishEvent(new InstanceRegisteredEvent<>(this, discovery));
            }
        }
    }

    @Override
    public synchronized void stop() {
        if (subscription != null && thread != null) {
            subscription.dispose();
            thread.dispose();
            subscription = null;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return subscription != null;
    }

    @Override
    public int getPhase() {
        return Integer.MIN_VALUE;
    }

    private void publish(CorrosionDiscovery.Step step) {
        published = step.catalog();
        step.changes().forEach(this::publish);
        publish(new HeartbeatEvent(discovery, changes.incrementAndGet()));
    }

    /** A listener that fails must not keep the others from hearing of this and of later changes. */
    private void publish(Object event) {
        try {
            publisher.publishEvent(event);
        } catch (RuntimeException e) {
            log.error("A listener failed at {}", event, e);
        }
    }
}
