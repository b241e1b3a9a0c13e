package dev.corrosion.membership;

import dev.corrosion.ActorId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who is suspected, by whom, and until when: the suspicion component of Lifeguard. A suspect has long while one node
 * alone accuses it, and less with each other one that does, after {@code max - (max - min) * ln(c + 1) / ln(k + 1)} with
 * {@code c} of {@code k} confirmations.
 *
 * <p>Beyond Lifeguard, who has refuted lately has more time: it is known to come back. Each refutation adds the shortest
 * time once more, and counts half as much after each {@link #HALF_LIFE}.
 */
final class Suspicions {

    /** Suspects that wait for a probe of their own. */
    private static final int MAX_TO_VERIFY = 8;

    /** In nanoseconds. */
    static final long HALF_LIFE = 600_000_000_000L;

    /** Less than this counts as nothing. */
    private static final double LEAST_CREDIT = 0.01;

    /** How often somebody has refuted, weighted by how long ago. */
    private record Credit(double refutations, long at) {

        double now(long now) {
            return refutations * Math.pow(0.5, (double) (now - at) / HALF_LIFE);
        }
    }

    private static final class Case {
        private final long began;
        private final long min;
        private final long max;
        private final int wanted;
        private final List<ActorId> accusers = new ArrayList<>();
        private long due;

        Case(long began, long min, long max, int wanted) {
            this.began = began;
            this.min = min;
            this.max = max;
            this.wanted = wanted;
            this.due = began + max;
        }

        /** False if this adds nothing. */
        boolean accusedBy(ActorId accuser) {
            if (accusers.size() > wanted || accusers.contains(accuser)) {
                return false;
            }
            accusers.add(accuser);
            int confirmations = accusers.size() - 1;
            if (confirmations > 0) {
                double done = Math.log(confirmations + 1.0) / Math.log(wanted + 1.0);
                due = Math.min(due, began + max - (long) ((max - min) * Math.min(1, done)));
            }
            return true;
        }
    }

    private final Map<ActorId, Case> cases = new HashMap<>();
    private final Map<ActorId, Credit> credits = new HashMap<>();
    private final Deque<ActorId> toVerify = new ArrayDeque<>();

    /**
     * Begins.
     *
     * @param min how long it has if the suspicion is confirmed
     * @param max how long otherwise
     * @param wanted how many confirmations are wanted
     * @return when its time is up
     */
    long open(ActorId suspect, @Nullable ActorId accuser, long now, long min, long max, int wanted) {
        Case opened = new Case(now, min, wanted == 0 ? min : max, wanted);
        if (accuser != null) {
            opened.accusedBy(accuser);
        }
        cases.put(suspect, opened);
        return opened.due;
    }

    /** Whether the accusation is one that was not known and counts. */
    boolean confirm(ActorId suspect, ActorId accuser) {
        Case open = cases.get(suspect);
        return open != null && open.accusedBy(accuser);
    }

    /** Gives it time until then. */
    void postpone(ActorId suspect, long due) {
        Case open = cases.get(suspect);
        if (open != null) {
            open.due = due;
        }
    }

    /** When its time is up; only for a suspect. */
    long due(ActorId suspect) {
        Case open = cases.get(suspect);
        if (open == null) {
            throw new IllegalStateException(suspect + " is not suspected");
        }
        return open.due;
    }

    /** Whether this is the timer that counts. */
    boolean isDue(SwimTimer.Suspicion timer) {
        Case open = cases.get(timer.member());
        return open != null && open.due == timer.due();
    }

    /** It has refuted. */
    void refuted(ActorId id, long now) {
        credits.put(id, new Credit(credit(id, now) + 1, now));
    }

    /** How often it has refuted of late. */
    double credit(ActorId id, long now) {
        Credit credit = credits.get(id);
        if (credit == null) {
            return 0;
        }
        double left = credit.now(now);
        if (left < LEAST_CREDIT) {
            credits.remove(id);
            return 0;
        }
        return left;
    }

    /** Nothing is known of it any more. */
    void forget(ActorId id) {
        credits.remove(id);
    }

    void close(ActorId suspect) {
        cases.remove(suspect);
    }

    /** This node should look for itself, soon. */
    void verify(ActorId suspect) {
        if (toVerify.size() < MAX_TO_VERIFY && !toVerify.contains(suspect)) {
            toVerify.add(suspect);
        }
    }

    /** The next suspect to look at. */
    @Nullable ActorId nextToVerify() {
        ActorId next = toVerify.poll();
        while (next != null && !cases.containsKey(next)) {
            next = toVerify.poll();
        }
        return next;
    }
}
