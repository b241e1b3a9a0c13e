package dev.corrosion.spring.autoconfigure;

import dev.corrosion.CorrosionOptions;
import dev.corrosion.Member;
import java.util.List;
import org.springframework.util.unit.DataSize;

/** What the properties must be. The core checks the same and more, but does not know their names. */
final class PropertyRules {

    private static final int MAX_PORT = 65_535;

    private PropertyRules() {}

    static void check(CorrosionProperties properties) {
        node(properties.node());
        store(properties.store());
        cluster(properties.cluster());
        security(properties.security());
        membership(properties.cluster().membership());
        subscription(properties.subscription());
        dataSource(properties.datasource());
        listener(properties.listener());
        new PropertyCheck("corrosion.readiness.")
                .positive("timeout", properties.readiness().timeout());
    }

    private static void node(CorrosionProperties.Node node) {
        new PropertyCheck("corrosion.node.")
                .atMostBytes("region", node.region(), Member.MAX_REGION_BYTES)
                .require(
                        !node.region().startsWith(Member.FOUND_REGION),
                        "region",
                        node.region(),
                        "must not begin with '" + Member.FOUND_REGION + "', which is for regions that nodes find");
    }

    private static void store(CorrosionProperties.Store store) {
        new PropertyCheck("corrosion.store.")
                .positive("write-timeout", store.writeTimeout())
                .positive("query-timeout", store.queryTimeout())
                .positive("tombstone-retention", store.tombstoneRetention());
    }

    private static void cluster(CorrosionProperties.Cluster cluster) {
        PropertyCheck check = new PropertyCheck("corrosion.cluster.")
                .atMostBytes("id", cluster.id(), CorrosionOptions.Cluster.MAX_ID_BYTES)
                .positive("sync-interval", cluster.syncInterval())
                .notNegative("verify-interval", cluster.verifyInterval())
                .atLeast(
                        "max-bytes-per-second",
                        cluster.maxBytesPerSecond(),
                        DataSize.ofBytes(CorrosionOptions.LEAST_MAX_BYTES_PER_SECOND));
        Integer port = cluster.port();
        if (port != null) {
            check.atLeast("port", port, 0).atMost("port", port, MAX_PORT);
        }
    }

    private static void security(CorrosionProperties.Security security) {
        for (int i = 0; i < security.writeRules().size(); i++) {
            List<String> tables = security.writeRules().get(i).tables();
            new PropertyCheck("corrosion.security.write-rules[" + i + "].")
                    .require(
                            !tables.isEmpty() && tables.stream().noneMatch(String::isBlank),
                            "tables",
                            tables,
                            "must name the tables that the rule is about, such as config or *");
        }
        String bundle = security.bundle();
        if (bundle != null) {
            new PropertyCheck("corrosion.security.")
                    .require(
                            security.secret() == null
                                    && security.acceptedSecrets().isEmpty(),
                            "bundle",
                            bundle,
                            "cannot be set together with corrosion.security.secret or .accepted-secrets: members prove"
                                    + " that they belong by one or the other, the same on all nodes");
        }
    }

    private static void membership(CorrosionProperties.Membership membership) {
        new PropertyCheck("corrosion.cluster.membership.")
                .positive("small-probe-interval", membership.smallProbeInterval())
                .atMost(
                        "small-probe-interval",
                        membership.smallProbeInterval(),
                        "max-probe-interval",
                        membership.maxProbeInterval())
                .positive("probe-interval", membership.probeInterval())
                .atMost(
                        "probe-interval",
                        membership.probeInterval(),
                        "max-probe-interval",
                        membership.maxProbeInterval())
                .positive("probe-timeout", membership.probeTimeout())
                .atMost("probe-timeout", membership.probeTimeout(), "max-probe-timeout", membership.maxProbeTimeout())
                .positive("probe-slack", membership.probeSlack())
                .atMost("probe-slack", membership.probeSlack(), "max-probe-timeout", membership.maxProbeTimeout())
                .atLeast("indirect-probes", membership.indirectProbes(), 0)
                .atLeast("max-health-multiplier", membership.maxHealthMultiplier(), 1)
                .positive("min-suspicion", membership.minSuspicion())
                .atLeast("suspicion-multiplier", membership.suspicionMultiplier(), 1)
                .atLeast("suspicion-stretch", membership.suspicionStretch(), 1)
                .atLeast("confirmations", membership.confirmations(), 0)
                .atLeast("retransmit-multiplier", membership.retransmitMultiplier(), 1)
                .positive("gossip-interval", membership.gossipInterval())
                .atLeast("gossip-fanout", membership.gossipFanout(), 1)
                .positive("compare-interval", membership.compareInterval())
                .positive("retention", membership.retention());
    }

    private static void subscription(CorrosionProperties.Subscription subscription) {
        DataSize least = DataSize.ofBytes(1);
        new PropertyCheck("corrosion.subscription.")
                .atLeast("max-subscribers", subscription.maxSubscribers(), 1)
                .atLeast("max-rows", subscription.maxRows(), 1)
                .atLeast("kept-changes", subscription.keptChanges(), 1)
                .atLeast("kept-bytes", subscription.keptBytes(), least)
                .positive("kept-for", subscription.keptFor())
                .atLeast("total-kept-bytes", subscription.totalKeptBytes(), least)
                .notNegative("linger", subscription.linger())
                .positive("journal-kept-for", subscription.journalKeptFor())
                .atLeast("max-journal-size", subscription.maxJournalSize(), least);
    }

    private static void dataSource(CorrosionProperties.Datasource dataSource) {
        new PropertyCheck("corrosion.datasource.")
                .positive("idle-timeout", dataSource.idleTimeout())
                .positive("transaction-timeout", dataSource.transactionTimeout())
                .positive("wait-timeout", dataSource.waitTimeout());
    }

    private static void listener(CorrosionProperties.Listener listener) {
        new PropertyCheck("corrosion.listener.")
                .positive("first-retry", listener.firstRetry())
                .positive("last-retry", listener.lastRetry())
                .atMost("first-retry", listener.firstRetry(), "last-retry", listener.lastRetry());
    }
}
