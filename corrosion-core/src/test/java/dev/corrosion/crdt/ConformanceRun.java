package dev.corrosion.crdt;

import dev.corrosion.ActorId;
import dev.corrosion.crdt.ConformanceSite.Outcome;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Replays one vector on real files and collects what differs. */
final class ConformanceRun implements AutoCloseable {

    /** Small enough to tear most versions into several pages. */
    private static final int PAGE_BYTES = 300;

    /** One site with what was expected of it last. */
    private static final class Place {
        final ConformanceSite site;
        final StateComparison comparison;
        final Set<String> delivered = new HashSet<>();

        @Nullable SiteState expected;

        Place(ConformanceSite site, StateComparison comparison) {
            this.site = site;
            this.comparison = comparison;
        }
    }

    private final JsonNode vector;
    private final String name;
    private final Path directory;
    private final List<Place> places = new ArrayList<>();
    private final List<String> mismatches = new ArrayList<>();
    private Leniency leniency = Leniency.NONE;
    private int steps;

    ConformanceRun(JsonNode vector, Path directory) {
        this.vector = vector;
        this.name = vector.get("name").stringValue();
        this.directory = directory.resolve(name);
    }

    int steps() {
        return steps;
    }

    @Override
    public void close() {
        places.forEach(place -> place.site.close());
    }

    /** What differs, with the name of the vector and the number of the step. */
    @SuppressWarnings("CatchAndPrintStackTrace") // it is told as a mismatch, and the other vectors go on
    List<String> replay() {
        try {
            replayAll();
        } catch (RuntimeException | AssertionError e) {
            StringWriter trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace));
            mismatches.add(name + "[" + steps + "] cannot be replayed: " + trace);
        }
        return mismatches;
    }

    private void replayAll() {
        if (vector.get("format").intValue() != 1) {
            throw new IllegalArgumentException("format " + vector.get("format") + ", not 1");
        }
        leniency = Leniency.of(vector);
        for (JsonNode id : vector.get("sites")) {
            open(Vectors.actor(id.stringValue()));
        }
        for (JsonNode step : vector.get("steps")) {
            step(step, name + "[" + steps + "]");
            steps++;
        }
        for (Place place : places) {
            SiteState state = place.site.state();
            String where = name + " at the end, site " + places.indexOf(place);
            if (place.expected != null) {
                place.comparison.compare(place.expected, state).forEach(one -> mismatches.add(where + ": " + one));
            }
            expect(where + " read by pages", show(state.changes()), show(place.site.changesByPages(PAGE_BYTES)));
        }
        compareFinal(vector.get("final"));
    }

    private void open(ActorId actor) {
        ConformanceSite site = new ConformanceSite(directory.resolve(places.size() + ".db"), actor);
        places.add(new Place(site, new StateComparison(actor, leniency)));
        for (int i = 0; i < vector.get("schema").size(); i++) {
            JsonNode table = vector.get("tables").get(i);
            site.define(table);
            site.adopt(
                    List.of(vector.get("schema").get(i).stringValue()),
                    table.get("name").stringValue(),
                    LocalWrites.NO_TIMESTAMP);
            compareKey(site, table, name);
        }
    }

    private void compareKey(ConformanceSite site, JsonNode table, String where) {
        expect(
                where + " key of " + table.get("name").stringValue(),
                Vectors.strings(table.get("pk")),
                site.key(table.get("name").stringValue()));
    }

    private void step(JsonNode step, String where) {
        String op = step.get("op").stringValue();
        Place place = places.get(step.get(op.equals("merge") ? "to" : "site").intValue());
        ConformanceSite site = place.site;
        switch (op) {
            case "tx", "rollback" -> compareTransaction(site.transaction(step), step, where);
            case "merge" -> merge(place, step, where);
            case "alter" -> {
                site.alter(
                        Vectors.strings(step.get("sql")),
                        step.get("table").stringValue(),
                        step.get("ts").stringValue());
                site.define(step.get("table_info"));
                compareKey(site, step.get("table_info"), where);
            }
            case "adopt" -> {
                site.define(step.get("table_info"));
                site.adopt(
                        Vectors.strings(step.get("sql")),
                        step.get("table").stringValue(),
                        step.get("ts").stringValue());
                compareKey(site, step.get("table_info"), where);
            }
            case "reopen" -> site.reopen();
            case "set_db_version" ->
                site.heard(
                        Vectors.actor(step.get("peer").stringValue()),
                        step.get("version").longValue());
            default -> throw new IllegalArgumentException(where + ": unknown step " + op);
        }
        place.expected = SiteState.of(step.get("expect"));
        place.comparison
                .compare(place.expected, site.state())
                .forEach(one -> mismatches.add(where + " " + op + ": " + one));
    }

    private void compareTransaction(Outcome outcome, JsonNode step, String where) {
        List<String> results = Vectors.strings(step.get("results")).stream()
                .map(result -> result.startsWith("error") ? "error" : result)
                .toList();
        expect(where + " results", results, outcome.results());
        expect(where + " outcome", step.get("outcome").stringValue(), outcome.outcome());
    }

    private void merge(Place place, JsonNode step, String where) {
        List<Change> changes;
        try {
            changes = Vectors.changes(step.get("changes"));
        } catch (Vectors.UnfitActorException noActor) {
            expect(where + " outcome", step.get("outcome").stringValue(), "error");
            return;
        }
        Outcome outcome = place.site.merge(
                changes.stream().map(place.comparison::deliverable).toList());
        expect(where + " outcome", step.get("outcome").stringValue(), outcome.outcome());
        if (outcome.outcome().equals("commit")) {
            compareImpact(place, changes, step.get("impact"), outcome.impact(), where);
        }
    }

    private void compareImpact(Place place, List<Change> changes, JsonNode impact, List<Boolean> actual, String where) {
        expect(where + " number of impacts", impact.size(), actual.size());
        for (int i = 0; i < Math.min(impact.size(), actual.size()); i++) {
            boolean repeated = !place.delivered.add(Vectors.show(changes.get(i)));
            boolean expected = impact.get(i).intValue() > 0;
            boolean open = (leniency.repeatedWins() && repeated) || (leniency.equalWrites() && !expected);
            if (!open) {
                expect(where + " impact of " + Vectors.show(changes.get(i)), expected, actual.get(i));
            }
        }
    }

    /** What the vector says of all sites together; its steps have said it of each one already. */
    private void compareFinal(JsonNode end) {
        if (!end.get("exchanged").booleanValue()) {
            return;
        }
        List<SiteState> states =
                places.stream().map(place -> place.site.state()).toList();
        expect(
                name + " tables converged",
                end.get("tables_converged").booleanValue(),
                states.stream().map(SiteState::tables).distinct().count() == 1);
        if (!leniency.equals(Leniency.NONE)) {
            return;
        }
        for (boolean sentinels : new boolean[] {false, true}) {
            String field = sentinels ? "sentinels_converged" : "cells_converged";
            boolean converged = states.stream()
                            .map(state -> state.changes().values().stream()
                                    .filter(change -> change.isSentinel() == sentinels)
                                    .map(Vectors::show)
                                    .toList())
                            .distinct()
                            .count()
                    == 1;
            expect(name + " " + field, end.get(field).booleanValue(), converged);
        }
    }

    private static List<String> show(Map<String, Change> changes) {
        return changes.values().stream().map(Vectors::show).toList();
    }

    private void expect(String where, Object expected, Object actual) {
        if (!Objects.equals(expected, actual)) {
            mismatches.add(where + "\n    expected " + expected + "\n    but was  " + actual);
        }
    }
}
