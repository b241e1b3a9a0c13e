package dev.corrosion.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.discovery.simple.InstanceProperties;
import org.springframework.cloud.client.discovery.simple.SimpleDiscoveryClient;
import org.springframework.cloud.client.discovery.simple.SimpleDiscoveryProperties;

/** What a lookup costs one thread that asks for each service in turn. */
final class LookupCost {

    private static final int WARM_UP = 3_000_000;
    private static final int LOOKUPS = 5_000_000;
    private static final int ROUNDS = 5;

    private final DiscoveryClient client;
    private final List<String> services;
    private long instances;

    LookupCost(DiscoveryClient client) {
        this.client = client;
        this.services = client.getServices();
    }

    /** Nanoseconds and bytes of ours, nanoseconds and bytes of the simple one, instances that each call returned. */
    String toLine() {
        double[] ours = measure(client);
        double[] simple = measure(simple());
        return ours[0] + " " + ours[1] + " " + simple[0] + " " + simple[1] + " " + instances;
    }

    private DiscoveryClient simple() {
        SimpleDiscoveryProperties properties = new SimpleDiscoveryProperties();
        for (String service : services) {
            List<InstanceProperties> copies = new ArrayList<>();
            for (ServiceInstance instance : client.getInstances(service)) {
                InstanceProperties copy = new InstanceProperties();
                copy.setServiceId(service);
                copy.setInstanceId(instance.getInstanceId());
                copy.setHost(instance.getHost());
                copy.setPort(instance.getPort());
                copies.add(copy);
            }
            properties.getInstances().put(service, copies);
        }
        return new SimpleDiscoveryClient(properties);
    }

    /** The median of rounds: what disturbs one does not count. */
    private double[] measure(DiscoveryClient measured) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        run(measured, WARM_UP);
        List<Double> nanos = new ArrayList<>();
        List<Double> bytes = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            long allocated = threads.getCurrentThreadAllocatedBytes();
            long start = System.nanoTime();
            run(measured, LOOKUPS);
            nanos.add((double) (System.nanoTime() - start) / LOOKUPS);
            bytes.add((double) (threads.getCurrentThreadAllocatedBytes() - allocated) / LOOKUPS);
        }
        return new double[] {Report.median(nanos), Report.median(bytes)};
    }

    private void run(DiscoveryClient measured, int lookups) {
        long seen = 0;
        for (int i = 0; i < lookups; i++) {
            seen += measured.getInstances(services.get(i % services.size())).size();
        }
        instances = seen / lookups;
    }
}
