package dev.corrosion.simulation;

import java.time.Duration;

/**
 * How one machine reaches another, in this direction.
 *
 * @param delay the least time of a message
 * @param jitter what may come on top; datagrams overtake each other by it
 * @param loss probability that a datagram is lost; streams repeat what is, which takes time
 * @param duplicates probability that a datagram comes twice
 * @param cut nothing gets through
 */
record Link(Duration delay, Duration jitter, double loss, double duplicates, boolean cut) {

    Link lossy(double probability) {
        return new Link(delay, jitter, probability, duplicates, cut);
    }

    Link duplicating(double probability) {
        return new Link(delay, jitter, loss, probability, cut);
    }

    Link jittery(Duration upTo) {
        return new Link(delay, upTo, loss, duplicates, cut);
    }

    Link broken() {
        return new Link(delay, jitter, loss, duplicates, true);
    }

    /** Everything takes so much longer. */
    Link clogged(int times) {
        return new Link(delay.multipliedBy(times), jitter.multipliedBy(times), loss, duplicates, cut);
    }
}
