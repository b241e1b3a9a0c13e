package dev.corrosion.node;

import dev.corrosion.Member;
import dev.corrosion.NodeActivity;
import dev.corrosion.NodeMetric;
import dev.corrosion.NodeMetric.Kind;
import dev.corrosion.NodeStatus;
import dev.corrosion.ledger.VersionRange;
import dev.corrosion.store.DatabaseLoad;
import dev.corrosion.subscription.SubscriptionLoad;
import dev.corrosion.transport.TransportLinks;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/** All numbers of a node: what it counts, and what is read from its parts when somebody asks. */
final class NodeGauges {

    private static final String BYTES = "bytes";

    private final NodeParts parts;
    private final TableSurvey survey;

    NodeGauges(NodeParts parts, TableSurvey survey) {
        this.parts = parts;
        this.survey = survey;
    }

    /** Always the same names and tags. Does not block. */
    List<NodeMetric> read() {
        List<NodeMetric> all = new ArrayList<>(parts.counters().metrics());
        DatabaseLoad load = parts.database().load();
        SubscriptionLoad subscriptions = parts.subscriptions().load();
        members(all);
        data(all, load);
        queues(all, load, subscriptions);
        subscriptions(all, subscriptions);
        sync(all);
        links(all);
        long problems = ActivityReport.problems(parts, load).values().stream()
                .mapToLong(List::size)
                .sum();
        all.add(gauge("corrosion.problems", "", "What keeps the node from its work and needs a person", problems));
        all.add(gauge(
                "corrosion.stalled",
                "",
                "Threads that are at one thing for too long now",
                parts.stalls().stalled().size()));
        return all;
    }

    private static NodeMetric gauge(String name, String unit, String description, Number value) {
        return new NodeMetric(name, Kind.GAUGE, unit, description, Map.of(), value.doubleValue());
    }

    private static NodeMetric tagged(
            String name, String unit, String description, String tag, String tagValue, Number value) {
        return new NodeMetric(name, Kind.GAUGE, unit, description, Map.of(tag, tagValue), value.doubleValue());
    }

    private void members(List<NodeMetric> all) {
        for (Member.State state : Member.State.values()) {
            long count = parts.membership().members().stream()
                    .filter(member -> member.state() == state)
                    .count();
            String name = state.name().toLowerCase(Locale.ROOT);
            all.add(tagged(
                    "corrosion.members", "", "Other members, by what membership holds of them", "state", name, count));
        }
    }

    private void data(List<NodeMetric> all, DatabaseLoad load) {
        long missing = parts.ledger().snapshot().values().stream()
                .flatMap(versions -> versions.gaps().ranges().stream())
                .mapToLong(VersionRange::size)
                .sum();
        all.add(gauge("corrosion.versions.missing", "", "Versions known to exist that are not here yet", missing));
        all.add(gauge(
                "corrosion.db.size",
                BYTES,
                "The database file with its write-ahead log",
                load.fileBytes() + load.walBytes()));
        all.add(gauge("corrosion.db.wal.size", BYTES, "The write-ahead log", load.walBytes()));
        OptionalLong tombstones = survey.tombstones();
        all.add(gauge(
                "corrosion.tombstones",
                "",
                "Records of deleted rows, counted some minutes ago at most",
                tombstones.isPresent() ? (double) tombstones.getAsLong() : Double.NaN));
    }

    private void queues(List<NodeMetric> all, DatabaseLoad load, SubscriptionLoad subscriptions) {
        for (NodeActivity.Queue queue : ActivityReport.queues(parts, load, subscriptions)) {
            all.add(tagged("corrosion.queue.length", "", "Entries that wait", "queue", queue.name(), queue.length()));
            all.add(tagged("corrosion.queue.size", BYTES, "Bytes that wait", "queue", queue.name(), queue.bytes()));
            all.add(tagged(
                    "corrosion.queue.usage",
                    "",
                    "How full it is, from 0 to 1, by its tighter bound",
                    "queue",
                    queue.name(),
                    queue.usage()));
        }
    }

    private static void subscriptions(List<NodeMetric> all, SubscriptionLoad load) {
        all.add(gauge(
                "corrosion.subscriptions", "", "Subscribers of queries that are kept up to date", load.subscribers()));
        all.add(gauge("corrosion.subscription.queries", "", "Queries that are kept up to date", load.queries()));
        all.add(gauge(
                "corrosion.subscription.journal.size",
                BYTES,
                "The journal of durable subscriptions, with its write-ahead log",
                load.journalBytes()));
    }

    private void sync(List<NodeMetric> all) {
        NodeActivity.Sync sync = parts.sync().status();
        Instant now = parts.clock().instant();
        double age = sync.last()
                .map(last -> Duration.between(last, now).toMillis() / 1000.0)
                .orElse(Double.NaN);
        all.add(gauge(
                "corrosion.synced",
                "",
                "1 when all is here that the first peer had when it was compared",
                sync.synced() ? 1 : 0));
        all.add(gauge("corrosion.sync.age", "seconds", "Since the last comparison that was completed", age));
    }

    private void links(List<NodeMetric> all) {
        TransportLinks links = parts.transport().links();
        all.add(gauge("corrosion.links", "", "Links that are open", links.open()));
        NodeStatus.Certificate own = parts.security().certificates().own();
        double left = own == null
                ? Double.NaN
                : Duration.between(parts.clock().instant(), own.notAfter()).toSeconds();
        all.add(gauge("corrosion.certificate.left", "seconds", "Until this node's certificate expires", left));
        all.add(counter("corrosion.links.opened", "Links that became usable", links.opened()));
        all.add(counter(
                "corrosion.links.failed",
                "Links that did not become usable: unreachable, refused or unfinished",
                links.failed()));
    }

    private static NodeMetric counter(String name, String description, Number value) {
        return new NodeMetric(name, Kind.COUNTER, "", description, Map.of(), value.doubleValue());
    }
}
