package dev.corrosion.simulation;

import dev.corrosion.ActorId;
import dev.corrosion.NodeStatus;
import dev.corrosion.query.OracleQueries.OracleQuery;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToIntBiFunction;

/** All moments of one machine: after each commit what was here, and what the queries gave. */
final class OracleHistory {

    /**
     * What was here after a commit.
     *
     * @param versions of all actors, but for own ones that are not on disk yet
     * @param own those, and others of its own
     */
    private record Moment(Map<ActorId, NodeStatus.Versions> versions, Set<Long> own) {

        /** Whether all up to this version was here. */
        boolean hasAllUpTo(ActorId actor, long version) {
            NodeStatus.Versions held = versions.get(actor);
            return held != null
                    && held.head() >= version
                    && (held.gaps().isEmpty() || held.gaps().get(0).first() > version);
        }

        boolean has(ActorId actor, long version) {
            NodeStatus.Versions held = versions.get(actor);
            return held != null
                    && held.head() >= version
                    && held.gaps().stream().noneMatch(gap -> gap.first() <= version && version <= gap.last());
        }
    }

    private final Machine machine;
    private final List<QueryStates> queries = new ArrayList<>();

    private final List<Moment> moments = new ArrayList<>();

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
        queries.removeIf(QueryStates::isHuge);
        moments.add(new Moment(machine.process().node().status().versions(), new HashSet<>()));
        queries.forEach(QueryStates::look);
    }

    /** How many commits there were. */
    int size() {
        return moments.size();
    }

    /** The node has just committed this version of its own. */
    void wrote(long version) {
        moments.get(moments.size() - 1).own().add(version);
    }

    /** Where the query was when all up to these versions was here first in this run, or {@link QueryStates#NONE}. */
    int placeOfAllUpTo(QueryStates states, Map<ActorId, Long> versions) {
        return latest(
                states,
                versions,
                (actor, version) -> first(moment -> moment.hasAllUpTo(actor, version), actor, version));
    }

    /** Where the query was when this version was here first in this run, or {@link QueryStates#NONE}. */
    int placeOf(QueryStates states, ActorId actor, long version) {
        return latest(states, Map.of(actor, version), (of, one) -> first(moment -> moment.has(of, one), of, one));
    }

    private int latest(QueryStates states, Map<ActorId, Long> versions, ToIntBiFunction<ActorId, Long> first) {
        int place = 0;
        for (Map.Entry<ActorId, Long> each : versions.entrySet()) {
            int moment = first.applyAsInt(each.getKey(), each.getValue());
            if (moment == QueryStates.NONE) {
                return QueryStates.NONE;
            }
            place = Math.max(place, states.placeAt(moment));
        }
        return place;
    }

    private int first(Predicate<Moment> condition, ActorId actor, long version) {
        boolean isOwn = actor.equals(machine.process().node().actorId());
        for (int i = begun; i < moments.size(); i++) {
            Moment moment = moments.get(i);
            if (condition.test(moment) || (isOwn && moment.own().contains(version))) {
                return i;
            }
        }
        return QueryStates.NONE;
    }
}
