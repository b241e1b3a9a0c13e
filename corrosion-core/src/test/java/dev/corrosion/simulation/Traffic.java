package dev.corrosion.simulation;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** What each machine has sent in the last second, whenever that began. */
final class Traffic {

    private static final long SECOND = 1_000_000_000;

    private record Sent(long at, int bytes) {}

    private static final class Window {
        private final Deque<Sent> sent = new ArrayDeque<>();
        private long bytes;
    }

    private final Map<InetSocketAddress, Window> windows = new HashMap<>();

    /** Returns how many bytes its machine has sent in the second that ends with it. */
    long count(Delivery delivery) {
        Window window = windows.computeIfAbsent(delivery.from(), machine -> new Window());
        window.sent.add(new Sent(delivery.at(), delivery.payload().length));
        window.bytes += delivery.payload().length;
        while (window.sent.element().at() <= delivery.at() - SECOND) {
            window.bytes -= window.sent.remove().bytes();
        }
        return window.bytes;
    }
}
