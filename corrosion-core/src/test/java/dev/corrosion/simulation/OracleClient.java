package dev.corrosion.simulation;

import dev.corrosion.ActorId;
import dev.corrosion.AwaitTimeoutException;
import dev.corrosion.Row;
import dev.corrosion.SubscriptionEvent;
import dev.corrosion.SubscriptionEvent.Columns;
import dev.corrosion.SubscriptionEvent.EndOfQuery;
import dev.corrosion.SubscriptionEvent.RowChange;
import dev.corrosion.SubscriptionEvent.RowSnapshot;
import dev.corrosion.SubscriptionLagException;
import dev.corrosion.SubscriptionLostException;
import dev.corrosion.SubscriptionOptions;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BaseSubscriber;

/**
 * Follows a query change by change, and goes on where it was, or a few changes before, when it comes back. After each step it
 * must have a result that the query had on this node, and no older than the one before.
 */
final class OracleClient extends OracleSubscriber<SubscriptionEvent> {

    /** A change so far ahead has not happened yet. */
    private static final int NEVER = 1_000_000;

    /** How many changes it goes back at most when it comes again. */
    private static final int MAX_FORGOTTEN = 6;

    private final SubscriptionOracle oracle;
    private final Kind kind;

    private @Nullable Told told;
    private List<String> columns = List.of();
    private boolean greeted;
    private int place;
    private int waitsSeen;
    private boolean fromNowhere;
    private SubscriptionOptions.@Nullable After after;
    private long cameAt;

    /**
     * What it wants.
     *
     * @param slow to take a few events at a time
     * @param coalescing one step instead of many when it is behind
     * @param durable to go on after a restart
     */
    record Kind(boolean slow, boolean coalescing, boolean durable) {}

    OracleClient(SubscriptionOracle oracle, World world, Random random, QueryStates states, Kind kind) {
        super(world, random, states, kind.slow());
        this.oracle = oracle;
        this.kind = kind;
    }

    @Override
    void subscribe(NodeRun process, BaseSubscriber<SubscriptionEvent> subscriber) {
        Told before = told;
        if (before != null && random.nextInt(4) == 0) {
            before = null;
        } else if (before != null && random.nextInt(3) == 0) {
            before = before.before(random.nextInt(1 + Math.min(MAX_FORGOTTEN, before.changes())));
        }
        if (before == null) {
            waitsSeen = oracle.longWaits();
        } else if (kind.coalescing()) {
            // In the middle of a step that stands for many, no change id says what has been told.
            before = before.whole();
        }
        told = before;
        greeted = false;
        place = before == null ? states.latest() : before.place;
        process.node().subscribe(states.query.statement(), options(before)).subscribe(subscriber);
    }

    private SubscriptionOptions options(@Nullable Told before) {
        SubscriptionOptions options = SubscriptionOptions.DEFAULT;
        if (kind.coalescing()) {
            options = options.coalescing();
        }
        if (kind.durable() && (before == null || random.nextBoolean())) {
            options = options.durable();
        }
        fromNowhere = before != null && random.nextInt(20) == 0;
        if (before != null) {
            options = options.from(before.subscription, before.changeId() + (fromNowhere ? NEVER : 0));
        }
        cameAt = world.time.now();
        after = random.nextInt(6) == 0 ? oracle.anyAfter() : null;
        return after == null ? options : options.after(after.actor(), after.version(), after.timeout());
    }

    @Override
    void told(SubscriptionEvent original) {
        SubscriptionEvent event = world.sabotage().event(states.machine.process(), original);
        if (event instanceof Columns names) {
            greeted(names);
        } else if (event instanceof RowSnapshot row) {
            require(row.row().columns().equals(columns), "a row with other columns: " + row);
            told().row(row.rowId(), row.row());
        } else if (event instanceof EndOfQuery end) {
            ended(end);
        } else if (event instanceof RowChange change) {
            changed(change);
        }
    }

    private Told told() {
        Told known = told;
        if (known == null || !greeted) {
            throw new AssertionError("there was no beginning");
        }
        return known;
    }

    private void greeted(Columns names) {
        require(!greeted, "the columns came twice");
        greeted = true;
        columns = names.names();
        SubscriptionOptions.After first = after;
        if (first != null) {
            oracle.count("waited for a version");
            place = Math.max(place, oracle.placeOf(states, first.actor(), first.version()));
        }
        after = null;
        Told before = told;
        if (before == null) {
            told = new Told(names.subscription(), states.machine.process(), place);
        } else {
            oracle.count("resumed");
            require(!fromNowhere, "it goes on after a change that has not happened");
            require(names.subscription().equals(before.subscription), "it goes on as " + names.subscription());
            NodeRun process = states.machine.process();
            if (before.process != process) {
                oracle.count("resumed after a restart");
                require(kind.durable(), "it goes on after a restart");
                before.process = process;
            }
        }
    }

    private void ended(EndOfQuery end) {
        Told all = told();
        int from = Math.max(place, oracle.placeOfAllUpTo(states, end.versions()));
        int found = states.find(all.rows(), from);
        require(found != QueryStates.NONE, "the query has not given these rows since it subscribed: " + end);
        all.end(end.changeId(), Math.max(found, from));
        oracle.count("snapshots");
    }

    private void changed(RowChange change) {
        Told all = told();
        require(all.isComplete(), "a change before the end of the query: " + change);
        long next = change.changeId();
        boolean repeats = kind.coalescing() && !change.last() && next == all.changeId(); // of many steps as one
        require(
                repeats || (kind.coalescing() ? next > all.changeId() : next == all.changeId() + 1),
                "the id is not the next: " + change);
        ActorId actor = change.actor();
        require(
                actor == null ? oracle.mayBeUnknown(states, kind.durable()) : oracle.isKnown(actor, change.version()),
                "nobody has written this version: " + change);
        oracle.count(next == all.changeId() + 1 ? "changes" : "coalesced changes");
        all.take(change);
        if (change.last()) {
            int found = states.find(all.rows(), all.place);
            require(found != QueryStates.NONE, "the query never gave this result, or not since the one before");
            all.arrived(found);
        }
    }

    @Override
    void failed(Throwable failure) {
        Told before = told;
        int since = before == null ? place : before.place;
        boolean notKept = waitsSeen < oracle.longWaits() || states.isLarge() || oracle.isTight();
        boolean failing = states.failedSince(since);
        if (failure instanceof SubscriptionLostException) {
            oracle.count("lost");
            boolean sameRun = before != null && before.process == states.machine.process();
            boolean mayGoOn = kind.durable() ? !oracle.isCopying() : sameRun && !failing;
            require(before != null && !greeted, "it was lost while it was there: " + failure);
            require(!mayGoOn || notKept || fromNowhere, "it was lost for no reason: " + failure);
        } else if (failure instanceof SubscriptionLagException) {
            oracle.count("fell behind");
            require(!kind.coalescing() && notKept, "it was not behind: " + failure);
        } else if (failure instanceof AwaitTimeoutException) {
            oracle.count("waited in vain");
            SubscriptionOptions.After first = after;
            require(
                    first != null
                            && world.time.now() - cameAt >= first.timeout().toNanos(),
                    "too early: " + failure);
        } else {
            oracle.count("failed queries");
            require(failing, "it failed, and the query did not: " + failure);
        }
        boolean comesBack = !(failure instanceof SubscriptionLostException) && random.nextBoolean();
        if (before != null && !(comesBack && before.isComplete())) {
            told = null;
        }
    }

    @Override
    void gone() {
        Told known = told;
        if (known != null && !known.isComplete()) {
            told = null;
        }
    }

    @Override
    boolean isWaiting() {
        return after != null;
    }

    @Override
    @Nullable Map<Row, Integer> known() {
        Told all = told;
        boolean whole = all != null && greeted && all.isComplete() && all.isWhole();
        require(whole, "nothing is under way, and more should follow");
        return all == null ? null : all.rows();
    }

    @Override
    public String toString() {
        return kind + " " + told;
    }
}
