package dev.corrosion.broadcast;

import dev.corrosion.protocol.VersionId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The versions that came lately: known again when they come twice, and at hand for who asks. Bounded; the oldest go. */
final class Recent {

    private final int maxVersions;
    private final long maxBytes;
    private final Map<VersionId, Optional<Item>> items = new HashMap<>();
    private final Deque<VersionId> order = new ArrayDeque<>();
    private final Deque<Item> kept = new ArrayDeque<>();
    private long keptBytes;

    Recent(int maxVersions, long maxBytes) {
        this.maxVersions = maxVersions;
        this.maxBytes = maxBytes;
    }

    /** False if it is known already. */
    boolean add(Item item) {
        if (items.putIfAbsent(item.id(), Optional.of(item)) != null) {
            return false;
        }
        order.add(item.id());
        kept.add(item);
        keptBytes += item.bytes();
        while (keptBytes > maxBytes) {
            Item oldest = kept.remove();
            keptBytes -= oldest.bytes();
            items.put(oldest.id(), Optional.empty());
        }
        if (order.size() > maxVersions) {
            VersionId oldest = order.remove();
            if (items.remove(oldest).isPresent()) {
                keptBytes -= kept.remove().bytes();
            }
        }
        return true;
    }

    boolean contains(VersionId id) {
        return items.containsKey(id);
    }

    /** Empty if it is not known or no longer at hand. */
    Optional<Item> find(VersionId id) {
        return items.getOrDefault(id, Optional.empty());
    }

    /** The newest, oldest first. */
    List<VersionId> newest(int count) {
        List<VersionId> newest = new ArrayList<>(order);
        return newest.subList(Math.max(0, newest.size() - count), newest.size());
    }
}
