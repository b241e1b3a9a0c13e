package dev.corrosion.ledger;

import dev.corrosion.ActorId;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A version for each actor, in three arrays: 24 bytes for each. So what is known of all the actors that there ever were
 * costs next to nothing, and none of them need ever be forgotten. Immutable, in the order of the actors.
 */
public final class Heads extends AbstractMap<ActorId, Long> {

    public static final Heads NONE = new Heads(new long[0], new long[0], new long[0]);

    private final long[] high;
    private final long[] low;
    private final long[] versions;

    private Heads(long[] high, long[] low, long[] versions) {
        this.high = high;
        this.low = low;
        this.versions = versions;
    }

    public static Heads copyOf(Map<ActorId, Long> map) {
        if (map instanceof Heads heads) {
            return heads;
        }
        Builder builder = new Builder(map.size());
        new TreeMap<>(map).forEach(builder::add);
        return builder.build();
    }

    /** The version of an actor, 0 if there is none. */
    public long of(ActorId actor) {
        int index = indexOf(actor);
        return index < 0 ? 0 : versions[index];
    }

    /** Of both; of an actor that both have, the higher version. */
    public Heads join(Map<ActorId, Long> others) {
        Heads other = copyOf(others);
        if (other.isEmpty() || other.equals(this)) {
            return this;
        }
        Builder joined = new Builder(size() + other.size());
        int mine = 0;
        int theirs = 0;
        while (mine < size() || theirs < other.size()) {
            int order = mine == size()
                    ? 1
                    : theirs == other.size() ? -1 : compare(other.high[theirs], other.low[theirs], mine);
            if (order < 0) {
                joined.add(this, mine++);
            } else if (order > 0) {
                joined.add(other, theirs++);
            } else if (versions[mine] >= other.versions[theirs++]) {
                joined.add(this, mine++);
            } else {
                joined.add(other, theirs - 1);
                mine++;
            }
        }
        return joined.build();
    }

    private int indexOf(ActorId actor) {
        long wantedHigh = actor.value().getMostSignificantBits();
        long wantedLow = actor.value().getLeastSignificantBits();
        int from = 0;
        int to = versions.length - 1;
        while (from <= to) {
            int middle = (from + to) >>> 1;
            int order = compare(wantedHigh, wantedLow, middle);
            if (order == 0) {
                return middle;
            } else if (order < 0) {
                from = middle + 1;
            } else {
                to = middle - 1;
            }
        }
        return -1;
    }

    /** The actor at the index with another one, as {@link ActorId#compareTo} orders them. */
    private int compare(long otherHigh, long otherLow, int index) {
        int order = Long.compareUnsigned(high[index], otherHigh);
        return order != 0 ? order : Long.compareUnsigned(low[index], otherLow);
    }

    private ActorId actor(int index) {
        return new ActorId(new UUID(high[index], low[index]));
    }

    @Override
    public int size() {
        return versions.length;
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return key instanceof ActorId actor && indexOf(actor) >= 0;
    }

    @Override
    public @Nullable Long get(@Nullable Object key) {
        int index = key instanceof ActorId actor ? indexOf(actor) : -1;
        return index < 0 ? null : versions[index];
    }

    @Override
    public Set<Map.Entry<ActorId, Long>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public int size() {
                return versions.length;
            }

            @Override
            public Iterator<Map.Entry<ActorId, Long>> iterator() {
                return new Entries();
            }
        };
    }

    private final class Entries implements Iterator<Map.Entry<ActorId, Long>> {

        private int next;

        @Override
        public boolean hasNext() {
            return next < versions.length;
        }

        @Override
        public Map.Entry<ActorId, Long> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return Map.entry(actor(next), versions[next++]);
        }
    }

    /** Takes actors in their order. */
    private static final class Builder {

        private final long[] high;
        private final long[] low;
        private final long[] versions;
        private int size;

        Builder(int capacity) {
            this.high = new long[capacity];
            this.low = new long[capacity];
            this.versions = new long[capacity];
        }

        void add(ActorId actor, long version) {
            add(actor.value().getMostSignificantBits(), actor.value().getLeastSignificantBits(), version);
        }

        void add(Heads from, int index) {
            add(from.high[index], from.low[index], from.versions[index]);
        }

        private void add(long actorHigh, long actorLow, long version) {
            high[size] = actorHigh;
            low[size] = actorLow;
            versions[size] = version;
            size++;
        }

        Heads build() {
            return new Heads(trim(high), trim(low), trim(versions));
        }

        private long[] trim(long[] array) {
            return array.length == size ? array : Arrays.copyOf(array, size);
        }
    }
}
