package dev.corrosion.membership;

import dev.corrosion.ActorId;
import dev.corrosion.protocol.Rumor;
import dev.corrosion.protocol.SwimCodec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * News that still has to be passed on, the least told first. One entry a member, so it is bounded by the membership.
 * Taking costs no more than what is taken, and a few that do not fit.
 */
final class GossipQueue {

    /** Entries that are passed over since they do not fit, before a packet counts as full. */
    private static final int MAX_MISFITS = 4;

    private static final class Entry {
        private final Rumor rumor;
        private final int bytes;
        private int sent;

        Entry(Rumor rumor) {
            this.rumor = rumor;
            this.bytes = SwimCodec.size(rumor);
        }

        ActorId id() {
            return rumor.member().id();
        }
    }

    private final Map<ActorId, Entry> entries = new HashMap<>();

    /** The entries by how often they were sent, each in order of arrival. */
    private final List<LinkedHashMap<ActorId, Entry>> bySent = new ArrayList<>();

    void add(Rumor rumor) {
        Entry entry = new Entry(rumor);
        Entry older = entries.put(entry.id(), entry);
        if (older != null) {
            bySent.get(older.sent).remove(older.id());
        }
        file(entry);
    }

    /** It is not passed on any further. */
    void remove(ActorId id) {
        Entry entry = entries.remove(id);
        if (entry != null) {
            bySent.get(entry.sent).remove(id);
        }
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Adds to the list as much as fits, marked as sent once more; what was told often enough is dropped. */
    void take(int maxBytes, int transmissions, List<Rumor> into) {
        if (entries.isEmpty()) {
            return;
        }
        List<Entry> taken = new ArrayList<>();
        int room = maxBytes;
        int misfits = 0;
        for (LinkedHashMap<ActorId, Entry> level : bySent) {
            Iterator<Entry> next = level.values().iterator();
            while (next.hasNext() && misfits < MAX_MISFITS) {
                Entry entry = next.next();
                if (entry.bytes > room) {
                    misfits++;
                } else {
                    room -= entry.bytes;
                    taken.add(entry);
                    next.remove();
                }
            }
        }
        for (Entry entry : taken) {
            into.add(entry.rumor);
            if (++entry.sent >= transmissions) {
                entries.remove(entry.id());
            } else {
                file(entry);
            }
        }
    }

    private void file(Entry entry) {
        while (bySent.size() <= entry.sent) {
            bySent.add(new LinkedHashMap<>());
        }
        bySent.get(entry.sent).put(entry.id(), entry);
    }
}
