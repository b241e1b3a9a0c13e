package dev.corrosion.node;

import dev.corrosion.CorrosionException;
import dev.corrosion.CorrosionOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks up where other nodes may be: every A and AAAA record of every name, anew each time, since names move. One lookup
 * at a time.
 */
final class SeedResolver implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SeedResolver.class);

    /** Addresses tried per round. */
    private static final int MAX_ADDRESSES = 64;

    private record Seed(String host, int port) {}

    private final List<Seed> seeds;
    private final AtomicBoolean running = new AtomicBoolean();
    private final ExecutorService executor;

    /**
     * Reads the list.
     *
     * @param executor for the lookups, which block; closed with this
     * @throws CorrosionException if an entry is not {@code host}, {@code host:port} or {@code [ipv6]:port}
     */
    SeedResolver(List<String> bootstrap, ExecutorService executor) {
        this.executor = executor;
        this.seeds = bootstrap.stream()
                .map(String::strip)
                .filter(entry -> !entry.isEmpty())
                .map(SeedResolver::parse)
                .toList();
    }

    /** Looks up all seeds and hands over what was found; names that cannot be resolved now are left out. */
    void resolve(Consumer<List<InetSocketAddress>> consumer) {
        if (seeds.isEmpty() || !running.compareAndSet(false, true)) {
            return;
        }
        try {
            executor.execute(() -> {
                try {
                    consumer.accept(lookUp());
                } finally {
                    running.set(false);
                }
            });
        } catch (RejectedExecutionException e) {
            log.debug("the node is closing, seeds are no longer looked up");
        }
    }

    /** Whether nobody is to be looked for. */
    boolean isEmpty() {
        return seeds.isEmpty();
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }

    private List<InetSocketAddress> lookUp() {
        Set<InetSocketAddress> found = new LinkedHashSet<>();
        for (Seed seed : seeds) {
            try {
                for (InetAddress address : InetAddress.getAllByName(seed.host())) {
                    found.add(new InetSocketAddress(address, seed.port()));
                }
            } catch (UnknownHostException e) {
                log.warn("the bootstrap name {} cannot be resolved now; it will be tried again", seed.host());
            }
        }
        return new ArrayList<>(found).subList(0, Math.min(MAX_ADDRESSES, found.size()));
    }

    private static Seed parse(String entry) {
        String host = entry;
        int port = CorrosionOptions.DEFAULT_PORT;
        int colon = entry.lastIndexOf(':');
        boolean bracketed = entry.startsWith("[");
        boolean hasPort = bracketed ? entry.contains("]:") : colon >= 0 && entry.indexOf(':') == colon;
        if (hasPort) {
            host = entry.substring(0, colon);
            port = port(entry, entry.substring(colon + 1));
        }
        if (bracketed) {
            if (!host.endsWith("]")) {
                throw malformed(entry);
            }
            host = host.substring(1, host.length() - 1);
        }
        if (host.isBlank()) {
            throw malformed(entry);
        }
        return new Seed(host, port);
    }

    private static int port(String entry, String text) {
        try {
            int port = Integer.parseInt(text);
            if (port >= 1 && port <= 0xffff) {
                return port;
            }
        } catch (NumberFormatException e) {
            throw malformed(entry);
        }
        throw malformed(entry);
    }

    private static CorrosionException malformed(String entry) {
        return new CorrosionException("the bootstrap address '" + entry
                + "' is not understood: write host:port, host, or [ipv6-address]:port");
    }
}
