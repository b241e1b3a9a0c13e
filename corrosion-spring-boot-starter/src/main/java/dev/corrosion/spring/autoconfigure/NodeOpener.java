package dev.corrosion.spring.autoconfigure;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.NodeStatus;
import dev.corrosion.SchemaPlan;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the node and says in one line what came of it. */
final class NodeOpener {

    private static final Logger log = LoggerFactory.getLogger(NodeOpener.class);

    private final CorrosionOptions options;
    private final boolean dryRun;
    private final CorrosionOpener opener;

    NodeOpener(CorrosionOptions options, boolean dryRun, CorrosionOpener opener) {
        this.options = options;
        this.dryRun = dryRun;
        this.opener = opener;
    }

    /** @throws SchemaDryRunException instead of opening, if only a dry run of the schema is wanted */
    Corrosion open() {
        if (dryRun) {
            SchemaPlan plan = Corrosion.plan(options);
            log.info("dry run of the schema on {}:\n{}", options.database(), plan);
            throw new SchemaDryRunException(plan, options.allowDestructiveSchema());
        }
        Corrosion corrosion = opener.open(options);
        if (log.isInfoEnabled()) {
            log.info(describe(corrosion.status(), options.cluster().bootstrap()));
        }
        return corrosion;
    }

    private static String describe(NodeStatus status, List<String> bootstrap) {
        String role = bootstrap.isEmpty()
                ? "as a single node until others name it (corrosion.cluster.bootstrap is empty)"
                : "in a cluster, looking for " + bootstrap;
        return "Corrosion node '" + status.name() + "' (" + status.actorId().shortId() + ") runs " + role + "; data in "
                + status.database() + ", peers at " + hostAndPort(status) + ", security: " + status.security();
    }

    private static String hostAndPort(NodeStatus status) {
        return status.address().getHostString() + ":" + status.address().getPort();
    }
}
