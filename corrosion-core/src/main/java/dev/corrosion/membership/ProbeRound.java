package dev.corrosion.membership;

import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The present members in the order of their probes (SWIM, section 4.3): each round is a new random order, drawn step by
 * step as Fisher and Yates do it. A new member's turn is at a random time of the round that goes on.
 */
final class ProbeRound {

    private final RandomGenerator random;
    private final KnownList members = new KnownList();

    /** Those before this place have had their turn in this round. */
    private int probed;

    ProbeRound(RandomGenerator random) {
        this.random = random;
    }

    int size() {
        return members.size();
    }

    Known get(int place) {
        return members.get(place);
    }

    void forEach(Consumer<Known> action) {
        members.forEach(action);
    }

    void add(Known known) {
        members.add(known);
    }

    void remove(Known known) {
        if (known.place() < probed) {
            members.swap(known.place(), --probed);
        }
        members.remove(known);
    }

    /** The next of the round; null if there are none. */
    @Nullable Known next() {
        if (probed >= members.size()) {
            probed = 0;
        }
        if (members.size() == 0) {
            return null;
        }
        members.swap(probed, probed + random.nextInt(members.size() - probed));
        return members.get(probed++);
    }
}
