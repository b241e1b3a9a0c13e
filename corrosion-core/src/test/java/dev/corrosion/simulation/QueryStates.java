package dev.corrosion.simulation;

import dev.corrosion.CorrosionException;
import dev.corrosion.Row;
import dev.corrosion.query.OracleQueries.OracleQuery;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a query gave on one machine after each of its commits, in order. What subscribers are told must be among that, and
 * never go back. Places are counted from 0; equal results in a row share one.
 */
final class QueryStates {

    /** Where no such result is. */
    static final int NONE = -1;

    /**
     * A result.
     *
     * @param rows each with how often it is there; null if the query failed
     */
    private record State(@Nullable Map<Row, Integer> rows) {}

    final Machine machine;
    final OracleQuery query;
    /** From so many rows on the changes may be more than are kept. */
    private static final int LARGE = 200;

    private static final int HUGE = 600;

    private final List<State> states = new ArrayList<>();

    /** Where it was at each moment from the first one on at which it was looked at. */
    private final List<Integer> places = new ArrayList<>();

    private final int firstMoment;
    private int most;

    /** @param firstMoment how many moments there were before */
    QueryStates(Machine machine, OracleQuery query, int firstMoment) {
        this.firstMoment = firstMoment;
        this.machine = machine;
        this.query = query;
    }

    /** Runs the query. */
    void look() {
        State state = new State(rows(machine.process()));
        if (states.isEmpty() || !states.get(states.size() - 1).equals(state)) {
            states.add(state);
        }
        places.add(latest());
    }

    private @Nullable Map<Row, Integer> rows(NodeRun process) {
        try {
            List<Row> all = process.node().query(query.statement());
            most = Math.max(most, all.size());
            return counted(all);
        } catch (CorrosionException e) {
            return null; // as a sum does that is too large
        }
    }

    static Map<Row, Integer> counted(Collection<Row> rows) {
        Map<Row, Integer> counted = new HashMap<>();
        rows.forEach(row -> counted.merge(row, 1, Integer::sum));
        return counted;
    }

    /** Where it was at that moment, counted from 0. */
    int placeAt(int moment) {
        return moment < firstMoment ? 0 : places.get(moment - firstMoment);
    }

    int latest() {
        return states.size() - 1;
    }

    /** Whether there were so many rows that changes may not be kept. */
    boolean isLarge() {
        return most > LARGE;
    }

    /** Whether there were so many rows that it takes too long. */
    boolean isHuge() {
        return most > HUGE;
    }

    boolean isFailing() {
        return states.get(latest()).rows() == null;
    }

    /** Whether the query failed at this place or later. */
    boolean failedSince(int place) {
        return states.subList(Math.max(0, place), states.size()).stream().anyMatch(state -> state.rows() == null);
    }

    /** The first place from this one on where the query gave these rows; one where it failed stands for any. */
    int find(Map<Row, Integer> rows, int from) {
        for (int i = from; i < states.size(); i++) {
            Map<Row, Integer> there = states.get(i).rows();
            if (there == null || there.equals(rows)) {
                return i;
            }
        }
        return NONE;
    }

    /** The latest in words. */
    String shown() {
        return String.valueOf(states.get(latest()).rows());
    }

    boolean isLatest(Map<Row, Integer> rows) {
        return find(rows, latest()) != NONE;
    }

    @Override
    public String toString() {
        return machine + ": " + query.statement();
    }
}
