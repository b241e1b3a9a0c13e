package dev.corrosion.node;

import dev.corrosion.protocol.Purpose;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiFunction;

/** Bytes of messages in and out, by what they are for. */
final class Traffic {

    private final Map<Purpose, LongAdder> received = new EnumMap<>(Purpose.class);
    private final Map<Purpose, LongAdder> sent = new EnumMap<>(Purpose.class);

    /** @param counter makes one for a purpose and a direction */
    Traffic(BiFunction<String, String, LongAdder> counter) {
        for (Purpose purpose : Purpose.values()) {
            String name = purpose.name().toLowerCase(Locale.ROOT);
            received.put(purpose, counter.apply(name, "received"));
            sent.put(purpose, counter.apply(name, "sent"));
        }
    }

    void received(Purpose purpose, byte[] message) {
        add(received, purpose, message.length);
    }

    void sent(Purpose purpose, byte[] message) {
        add(sent, purpose, message.length);
    }

    private static void add(Map<Purpose, LongAdder> counters, Purpose purpose, long bytes) {
        LongAdder counter = counters.get(purpose);
        if (counter != null) {
            counter.add(bytes);
        }
    }
}
