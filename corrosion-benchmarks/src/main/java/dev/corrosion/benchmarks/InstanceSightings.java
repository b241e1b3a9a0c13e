package dev.corrosion.benchmarks;

import dev.corrosion.discovery.ServiceChangedEvent;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.springframework.cloud.client.ServiceInstance;

/** When each instance appeared and vanished, by the clock of {@link System#nanoTime}. Thread-safe. */
final class InstanceSightings {

    private final Map<String, Long> appeared = new HashMap<>();
    private final Map<String, Long> vanished = new HashMap<>();

    synchronized void note(ServiceChangedEvent event) {
        long now = System.nanoTime();
        for (ServiceInstance instance : event.added()) {
            appeared.put(String.valueOf(instance.getInstanceId()), now);
        }
        for (ServiceInstance instance : event.removed()) {
            vanished.put(String.valueOf(instance.getInstanceId()), now);
        }
        notifyAll();
    }

    /** When it did, which is waited for; it is forgotten then. */
    long appeared(String id, Duration patience) throws InterruptedException {
        return take(appeared, id, patience);
    }

    long vanished(String id, Duration patience) throws InterruptedException {
        return take(vanished, id, patience);
    }

    private synchronized long take(Map<String, Long> times, String id, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!times.containsKey(id)) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new BenchmarkException("nothing is seen of " + id + " within " + patience.toSeconds() + " s");
            }
            wait(left);
        }
        return times.remove(id);
    }
}
