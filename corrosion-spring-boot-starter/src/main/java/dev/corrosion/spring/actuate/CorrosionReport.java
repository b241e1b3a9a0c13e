package dev.corrosion.spring.actuate;

import dev.corrosion.ActorId;
import dev.corrosion.Member;
import dev.corrosion.NodeActivity;
import dev.corrosion.NodeStatus;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A node as plain values, ready for JSON. Holds no secret.
 *
 * @param node the node itself
 * @param members all members but this one
 * @param tables replicated tables
 * @param versions per actor: what is here of its transactions
 * @param subscriptions queries that are kept up to date, with their tiers, subscribers and costs
 * @param counters monotonic counts since the node was opened
 * @param problems what keeps the node from its work; empty if nothing does
 * @param warnings what a person should look at while the node goes on
 * @param verifications for each table, the last time that its rows were compared with those of another node
 * @param activity what the node is at: anti-entropy, files, queues, latencies
 */
public record CorrosionReport(
        Node node,
        List<MemberView> members,
        List<String> tables,
        Map<String, VersionsView> versions,
        List<NodeStatus.Subscription> subscriptions,
        Map<String, Long> counters,
        List<String> problems,
        List<String> warnings,
        List<VerificationView> verifications,
        ActivityView activity) {

    /**
     * The node itself.
     *
     * @param certificateExpires null if it has none
     */
    public record Node(
            String id,
            String name,
            String address,
            Instant startedAt,
            String database,
            long databaseBytes,
            String security,
            @Nullable Instant certificateExpires) {}

    /**
     * A member as this node sees it.
     *
     * @param roundTripMillis the last one measured; null if none was
     * @param missing versions of it that this node knows to exist and has not
     * @param certificateExpires as it was when it was last linked to; null if it was not
     */
    public record MemberView(
            String id,
            String name,
            String region,
            String address,
            Member.State state,
            long incarnation,
            Instant startedAt,
            @Nullable Double roundTripMillis,
            long missing,
            @Nullable Instant certificateExpires) {}

    /** What is here of one actor's transactions; gaps as {@code first-last}. */
    public record VersionsView(long head, long missing, List<String> gaps, List<NodeStatus.Partial> partial) {}

    /** A comparison of a table's rows with those of another node; see {@link NodeStatus.Verification}. */
    public record VerificationView(
            String table, String peer, Instant at, long rows, long diverged, long repaired, String note) {}

    static CorrosionReport of(NodeStatus status) {
        Map<String, VersionsView> versions = new TreeMap<>();
        status.versions().forEach((ActorId actor, NodeStatus.Versions v) -> versions.put(actor.toString(), view(v)));
        return new CorrosionReport(
                new Node(
                        status.actorId().toString(),
                        status.name(),
                        hostAndPort(status.address()),
                        status.startedAt(),
                        status.database().toString(),
                        status.databaseBytes(),
                        status.security(),
                        expiry(status.certificates().own())),
                status.members().stream().map(member -> view(member, status)).toList(),
                status.tables(),
                versions,
                status.subscriptions(),
                new TreeMap<>(status.counters()),
                status.problems(),
                status.warnings(),
                status.verifications().stream().map(CorrosionReport::view).toList(),
                ActivityView.of(status.activity()));
    }

    /** A part by its name; null if there is none. */
    @Nullable Object part(String name) {
        return switch (name) {
            case "node" -> node;
            case "members" -> members;
            case "versions" -> versions;
            case "subscriptions" -> subscriptions;
            case "counters" -> counters;
            case "problems" -> problems;
            case "warnings" -> warnings;
            case "verifications" -> verifications;
            case "sync" -> activity.sync();
            case "storage" -> activity.storage();
            case "queues" -> activity.queues();
            case "latencies" -> activity.latencies();
            case "stalls" -> activity.stalls();
            default -> null;
        };
    }

    private static VerificationView view(NodeStatus.Verification verification) {
        return new VerificationView(
                verification.table(),
                verification.peer().toString(),
                verification.at(),
                verification.rows(),
                verification.diverged(),
                verification.repaired(),
                verification.note());
    }

    private static MemberView view(Member member, NodeStatus status) {
        NodeActivity.Link link = status.activity().links().get(member.id());
        NodeStatus.Versions versions = status.versions().get(member.id());
        return new MemberView(
                member.id().toString(),
                member.name(),
                member.region(),
                hostAndPort(member.address()),
                member.state(),
                member.incarnation(),
                member.startedAt(),
                link == null ? null : link.roundTrip().map(ActivityView::millis).orElse(null),
                versions == null ? 0 : versions.missing(),
                expiry(status.certificates().peers().get(member.id())));
    }

    private static @Nullable Instant expiry(NodeStatus.@Nullable Certificate certificate) {
        return certificate == null ? null : certificate.notAfter();
    }

    private static VersionsView view(NodeStatus.Versions versions) {
        List<String> gaps = versions.gaps().stream()
                .map(gap -> gap.first() + "-" + gap.last())
                .toList();
        return new VersionsView(versions.head(), versions.missing(), gaps, versions.partial());
    }

    private static String hostAndPort(InetSocketAddress address) {
        String host = address.isUnresolved()
                ? address.getHostString()
                : address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
