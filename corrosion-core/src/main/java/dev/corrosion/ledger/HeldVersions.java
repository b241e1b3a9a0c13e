package dev.corrosion.ledger;

import dev.corrosion.ActorId;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a ledger holds at one moment: of the actors that change, as they are, and of the others their heads. Immutable. */
final class HeldVersions extends AbstractMap<ActorId, ActorVersions> {

    private final Map<ActorId, ActorVersions> lively;
    private final Heads settled;
    private final int size;

    /** An actor that is in both is as the first has it. */
    HeldVersions(Map<ActorId, ActorVersions> lively, Heads settled) {
        this.lively = new HashMap<>(lively);
        this.settled = settled;
        int both = (int) lively.keySet().stream().filter(settled::containsKey).count();
        this.size = lively.size() + settled.size() - both;
    }

    /** What a head without gaps stands for. */
    static ActorVersions complete(long head) {
        return head == 0 ? ActorVersions.NONE : new ActorVersions(head, RangeSet.EMPTY);
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return lively.containsKey(key) || settled.containsKey(key);
    }

    @Override
    public @Nullable ActorVersions get(@Nullable Object key) {
        ActorVersions changing = lively.get(key);
        if (changing != null) {
            return changing;
        }
        Long head = settled.get(key);
        return head == null ? null : complete(head);
    }

    @Override
    public Set<Entry<ActorId, ActorVersions>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public int size() {
                return size;
            }

            @Override
            public Iterator<Entry<ActorId, ActorVersions>> iterator() {
                Stream<Entry<ActorId, ActorVersions>> rest = settled.entrySet().stream()
                        .filter(entry -> !lively.containsKey(entry.getKey()))
                        .map(entry -> Map.entry(entry.getKey(), complete(entry.getValue())));
                return Stream.concat(lively.entrySet().stream().map(Map.Entry::copyOf), rest)
                        .iterator();
            }
        };
    }
}
