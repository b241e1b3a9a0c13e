package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.NodeActivity;
import dev.corrosion.NodeActivity.Part;
import dev.corrosion.NodeActivity.Queue;
import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.store.DatabaseLoad;
import dev.corrosion.subscription.SubscriptionLoad;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gathers {@link NodeActivity}. Reads memory and the sizes of files only, so it does not block. */
final class ActivityReport {

    private static final Logger log = LoggerFactory.getLogger(ActivityReport.class);

    private ActivityReport() {}

    static NodeActivity of(NodeParts parts) {
        DatabaseLoad load = parts.database().load();
        SubscriptionLoad subscriptions = parts.subscriptions().load();
        return new NodeActivity(
                parts.sync().status(),
                new NodeActivity.Storage(
                        load.fileBytes(),
                        load.walBytes(),
                        subscriptions.journalBytes(),
                        free(parts.database().file())),
                queues(parts, load, subscriptions),
                parts.counters().timings.latencies(),
                links(parts),
                parts.transport().links().open(),
                parts.stalls().stalled(),
                problems(parts, load));
    }

    /** All that may wait; always the same ones. */
    static List<Queue> queues(NodeParts parts, DatabaseLoad load, SubscriptionLoad subscriptions) {
        return List.of(
                parts.broadcaster().inbox(),
                parts.queue().load(),
                parts.broadcaster().outbox(),
                new Queue("writes", load.localWaiting(), load.maxLocalWaiting(), 0, 0),
                new Queue("applied", load.appliedWaiting(), 0, 0, 0),
                new Queue("maintenance", load.maintenanceWaiting(), load.maxMaintenanceWaiting(), 0, 0),
                new Queue("subscriptions", subscriptions.commits(), subscriptions.maxCommits(), 0, 0),
                new Queue("journal", 0, 0, subscriptions.journalWaiting(), subscriptions.maxJournalWaiting()));
    }

    private static Map<ActorId, NodeActivity.Link> links(NodeParts parts) {
        Map<ActorId, NodeActivity.Link> links = new TreeMap<>();
        for (MemberRecord member : parts.membership().members()) {
            links.put(member.id(), new NodeActivity.Link(parts.transport().roundTrip(member.address())));
        }
        return links;
    }

    private static Optional<Long> free(Path database) {
        try {
            return Optional.of(Files.getFileStore(database).getUsableSpace());
        } catch (IOException e) {
            log.debug("the free space beside {} cannot be told: {}", database, e.toString());
            return Optional.empty();
        }
    }

    /** What needs a person. */
    static Map<Part, List<String>> problems(NodeParts parts, DatabaseLoad load) {
        List<String> database = new ArrayList<>();
        parts.database()
                .writerFailure()
                .ifPresentOrElse(
                        failure -> database.add(
                                "nothing can be written until the application is restarted: the writer has ended by "
                                        + failure),
                        () -> load.trouble()
                                .ifPresent(trouble -> database.add("the last write failed, and writing is tried again"
                                        + " every few seconds: " + trouble)));
        if (parts.applier().ownHeadElsewhere() > 0) {
            database.add(OlderCopy.PROBLEM);
        }
        Map<Part, List<String>> problems = new EnumMap<>(Part.class);
        problems.put(Part.DATABASE, database);
        problems.put(
                Part.MEMBERSHIP, parts.membership().identityConflict().stream().toList());
        problems.put(Part.SYNC, parts.tombstones().problem().stream().toList());
        problems.put(Part.TRANSPORT, parts.security().problems());
        return problems;
    }
}
