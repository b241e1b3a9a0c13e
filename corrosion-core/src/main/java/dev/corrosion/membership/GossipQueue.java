package dev.corrosion.membership;

import dev.corrosion.ActorId;
import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.protocol.Wire;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * News that still has to be passed on, the least told first. One entry a member, so it is bounded by the membership.
 */
final class GossipQueue {

    private static final class Entry {
        private final MemberRecord member;
        private final int bytes;
        private int sent;

        Entry(MemberRecord member) {
            this.member = member;
            this.bytes = Wire.size(member);
        }
    }

    private final Map<ActorId, Entry> entries = new LinkedHashMap<>();

    void add(MemberRecord member) {
        entries.remove(member.id());
        entries.put(member.id(), new Entry(member));
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** As much as fits, marked as sent once more; what was told often enough is dropped. */
    List<MemberRecord> take(int maxBytes, int transmissions) {
        if (entries.isEmpty()) {
            return List.of();
        }
        List<Entry> byNeed = new ArrayList<>(entries.values());
        byNeed.sort(Comparator.comparingInt(entry -> entry.sent));
        List<MemberRecord> taken = new ArrayList<>();
        int room = maxBytes;
        for (Entry entry : byNeed) {
            if (entry.bytes > room) {
                continue;
            }
            room -= entry.bytes;
            taken.add(entry.member);
            if (++entry.sent >= transmissions) {
                entries.remove(entry.member.id());
            }
        }
        return taken;
    }
}
