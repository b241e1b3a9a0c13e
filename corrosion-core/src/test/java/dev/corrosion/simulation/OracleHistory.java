package dev.corrosion.simulation;

import dev.corrosion.ActorId;
import dev.corrosion.NodeStatus;
import dev.corrosion.query.OracleQueries.OracleQuery;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** All moments of one machine: after each commit what was here, and what the queries gave. */
final class OracleHistory {

    private final Machine machine;
    private final List<QueryStates> queries = new ArrayList<>();

    /** By actor, the version up to which everything was here. */
    private final List<Map<ActorId, Long>> moments = new ArrayList<>();

    /** The first moment of the run. */
    private int begun;

    OracleHistory(Machine machine) {
        this.machine = machine;
    }

    QueryStates follow(OracleQuery query) {
        QueryStates states = new QueryStates(machine, query, moments.size());
        queries.add(states);
        look();
        return states;
    }

    /** The node has started: what it had before may be lost. */
    void begin() {
        begun = moments.size();
        look();
    }

    void look() {
        moments.add(applied(machine.process().node().status()));
        queries.forEach(QueryStates::look);
    }

    /** How many commits there were. */
    int size() {
        return moments.size();
    }

    /** The node has just committed this version of its own. */
    void wrote(ActorId self, long version) {
        moments.get(moments.size() - 1).put(self, version);
    }

    /** Where the query was when all these versions were here for the first time in this run, or {@link QueryStates#NONE}. */
    int placeOf(QueryStates states, Map<ActorId, Long> versions) {
        Map<ActorId, Long> here = new HashMap<>();
        for (int i = begun; i < moments.size(); i++) {
            moments.get(i).forEach((actor, version) -> here.merge(actor, version, Math::max));
            if (versions.entrySet().stream()
                    .allMatch(each -> here.getOrDefault(each.getKey(), 0L) >= each.getValue())) {
                return states.placeAt(i);
            }
        }
        return QueryStates.NONE;
    }

    private static Map<ActorId, Long> applied(NodeStatus status) {
        Map<ActorId, Long> applied = new HashMap<>();
        status.versions()
                .forEach((actor, versions) -> applied.put(
                        actor,
                        versions.gaps().isEmpty()
                                ? versions.head()
                                : versions.gaps().get(0).first() - 1));
        return applied;
    }
}
