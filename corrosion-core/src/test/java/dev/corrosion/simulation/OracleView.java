package dev.corrosion.simulation;

import dev.corrosion.Row;
import dev.corrosion.query.OracleQueries.OracleQuery;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BaseSubscriber;

/** Follows a query as a whole: each list must be a result that the query had, in its order, and no older than the last. */
final class OracleView extends OracleSubscriber<List<Row>> {

    private final SubscriptionOracle oracle;
    private @Nullable List<Row> last;
    private int place;

    OracleView(SubscriptionOracle oracle, World world, Random random, QueryStates states, boolean slow) {
        super(world, random, states, slow);
        this.oracle = oracle;
    }

    @Override
    void subscribe(NodeRun process, BaseSubscriber<List<Row>> subscriber) {
        place = states.latest();
        process.node().live(states.query.statement()).subscribe(subscriber);
    }

    @Override
    void told(List<Row> rows) {
        require(!rows.equals(last), "the same result came twice");
        last = rows;
        oracle.count("lists");
        int found = states.find(QueryStates.counted(rows), place);
        require(found != QueryStates.NONE, "the query never gave this result, or not since the one before");
        place = found;
    }

    @Override
    void failed(Throwable failure) {
        require(states.failedSince(place), "it failed, and the query did not: " + failure);
    }

    @Override
    void gone() {
        last = null;
    }

    @Override
    boolean isWaiting() {
        return false;
    }

    @Override
    @Nullable Map<Row, Integer> known() {
        List<Row> shown = last;
        if (shown == null) {
            require(false, "nothing is under way, and it was never told anything");
            return null;
        }
        if (states.query.ordered()) {
            List<Row> there = states.machine.process().node().query(states.query.statement());
            require(
                    OracleQuery.inOrder(shown).equals(OracleQuery.inOrder(there)),
                    "the query gives another order: " + there);
        }
        return QueryStates.counted(shown);
    }

    @Override
    public String toString() {
        return "live, shows " + last;
    }
}
