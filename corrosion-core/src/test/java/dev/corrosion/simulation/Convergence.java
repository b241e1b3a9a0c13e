package dev.corrosion.simulation;

import java.time.Duration;

/** V5: the nodes agree soon after nothing is wrong any more. */
record Convergence(Duration taken) implements Validation {

    /**
     * Some rounds of anti-entropy, and what a member that counts as down takes to be found again; a node that has to be
     * started anew by a person takes as long again.
     */
    static final Duration BOUND = Duration.ofSeconds(90);

    @Override
    public void check(World world) {
        if (taken.compareTo(BOUND) > 0) {
            throw new AssertionError("the nodes took " + taken + " to agree");
        }
    }
}
