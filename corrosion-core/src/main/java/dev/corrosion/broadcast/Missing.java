package dev.corrosion.broadcast;

import dev.corrosion.protocol.VersionId;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Versions that others have announced and that have not come. Each gets some time to arrive by itself, then the announcers
 * are asked in turn; after {@link #MAX_ATTEMPTS} it is left to anti-entropy.
 */
final class Missing {

    /** Versions waited for; further ones are left to anti-entropy. */
    static final int MAX_VERSIONS = 1024;

    static final int MAX_ATTEMPTS = 4;

    private static final int MAX_ANNOUNCERS = 3;

    /** How long it is left to anti-entropy then, whoever announces it. */
    private static final long GIVEN_UP_NANOS = Duration.ofSeconds(5).toNanos();

    /** Never. */
    static final long NEVER = Long.MAX_VALUE;

    private record Announcer(InetSocketAddress address, long retryNanos) {}

    private static final class Entry {
        private final List<Announcer> announcers = new ArrayList<>(1);
        private long due = NEVER;
        private int attempts;
    }

    private final Map<VersionId, Entry> entries = new LinkedHashMap<>();
    private long wake = NEVER;

    /**
     * Somebody has it.
     *
     * @param patience how long to wait before asking
     * @param retry how long to wait for the answer
     */
    void announced(VersionId id, InetSocketAddress by, long patience, long retry, long now) {
        Entry entry = entries.get(id);
        if (entry == null) {
            if (entries.size() == MAX_VERSIONS) {
                return;
            }
            entry = new Entry();
            entries.put(id, entry);
        }
        if (entry.announcers.size() < MAX_ANNOUNCERS
                && entry.announcers.stream().noneMatch(known -> known.address().equals(by))) {
            entry.announcers.add(new Announcer(by, retry));
        }
        if (entry.attempts == 0) {
            entry.due = Math.min(entry.due, now + patience);
            wake = Math.min(wake, entry.due);
        }
    }

    /** It has come. */
    void arrived(VersionId id) {
        if (!entries.isEmpty()) {
            entries.remove(id);
        }
    }

    /** Asks for what is due. */
    void ask(Outbox outbox, long now) {
        if (now < wake) {
            return;
        }
        wake = NEVER;
        for (Iterator<Map.Entry<VersionId, Entry>> all = entries.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<VersionId, Entry> next = all.next();
            Entry entry = next.getValue();
            if (entry.due <= now) {
                if (entry.attempts == MAX_ATTEMPTS) {
                    all.remove();
                    continue;
                }
                Announcer asked = entry.announcers.get(entry.attempts % entry.announcers.size());
                outbox.want(asked.address(), next.getKey());
                entry.attempts++;
                entry.due = now + pause(entry.attempts, asked.retryNanos());
            }
            wake = Math.min(wake, entry.due);
        }
    }

    /**
     * The second question follows the first at once, since a message is lost now and then; further ones follow ever later,
     * since it is more likely that all answers are slow, and more questions would make them slower. Whoever announces it
     * after the last one is not asked.
     */
    private static long pause(int attempts, long retry) {
        return attempts == MAX_ATTEMPTS ? GIVEN_UP_NANOS : retry << Math.max(0, attempts - 2);
    }

    long wake() {
        return entries.isEmpty() ? NEVER : wake;
    }
}
