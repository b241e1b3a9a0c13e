package dev.corrosion.discovery;

import dev.corrosion.discovery.CorrosionDiscovery.Listening;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.client.ServiceInstance;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** Calls listeners that may block, each on its own thread and with the latest that there is. */
final class ListenerThreads {

    private static final Logger log = LoggerFactory.getLogger(ListenerThreads.class);

    private final int max;
    private final Set<Running> running = new HashSet<>();
    private boolean closed;

    ListenerThreads(int max) {
        this.max = max;
    }

    synchronized Listening start(
            String serviceId, Flux<List<ServiceInstance>> instances, Consumer<List<ServiceInstance>> listener) {
        if (closed) {
            throw new IllegalStateException("the service catalogue is closed");
        }
        if (running.size() >= max) {
            throw new IllegalStateException(
                    "there are " + max + " listeners already: close those that are not needed any more");
        }
        Running started = new Running(serviceId, listener);
        running.add(started);
        started.follow(instances);
        return started;
    }

    synchronized void close() {
        closed = true;
        Set.copyOf(running).forEach(Running::close);
    }

    private synchronized void remove(Running ended) {
        running.remove(ended);
    }

    private final class Running implements Listening {

        private final String serviceId;
        private final Consumer<List<ServiceInstance>> listener;
        private final AtomicReference<@Nullable List<ServiceInstance>> latest = new AtomicReference<>();
        private final ExecutorService thread;
        private volatile boolean ended;
        private @Nullable Disposable following;

        Running(String serviceId, Consumer<List<ServiceInstance>> listener) {
            this.serviceId = serviceId;
            this.listener = listener;
            this.thread = Executors.newSingleThreadExecutor(task -> {
                Thread made = new Thread(task, "corrosion-discovery-" + serviceId);
                made.setDaemon(true);
                return made;
            });
        }

        synchronized void follow(Flux<List<ServiceInstance>> instances) {
            following = instances.subscribe(this::changed);
        }

        /** One task waits at most: if there was something that was not taken, its task takes this instead. */
        private synchronized void changed(List<ServiceInstance> instances) {
            if (latest.getAndSet(instances) == null && !ended) {
                thread.execute(this::call);
            }
        }

        private void call() {
            List<ServiceInstance> instances = latest.getAndSet(null);
            if (instances == null || ended) {
                return;
            }
            try {
                listener.accept(instances);
            } catch (RuntimeException e) {
                log.error("A listener to service {} failed", serviceId, e);
            }
        }

        @Override
        public void close() {
            end();
            remove(this);
        }

        private synchronized void end() {
            ended = true;
            if (following != null) {
                following.dispose();
            }
            // Not interrupted: what the listener is doing now, it may finish.
            thread.shutdown();
        }
    }
}
