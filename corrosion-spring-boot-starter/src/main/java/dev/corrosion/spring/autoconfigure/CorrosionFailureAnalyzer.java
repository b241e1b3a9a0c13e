package dev.corrosion.spring.autoconfigure;

import dev.corrosion.CorrosionException;
import dev.corrosion.InsecureClusterException;
import dev.corrosion.SchemaException;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says in words why the node did not open, and what to do. */
final class CorrosionFailureAnalyzer extends AbstractFailureAnalyzer<CorrosionException> {

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, CorrosionException cause) {
        if (cause instanceof InsecureClusterException) {
            return analysis(
                    cause,
                    "Set corrosion.security.secret to the same value on all nodes (at least 16 characters, for example"
                            + " from `openssl rand -base64 32`), or set corrosion.cluster.host=127.0.0.1 to stay on this"
                            + " machine.");
        }
        if (cause instanceof SchemaDryRunException dryRun) {
            return new FailureAnalysis(String.valueOf(cause.getMessage()), dryRun.action(), cause);
        }
        if (cause instanceof SchemaException) {
            return analysis(
                    cause,
                    "Correct the schema named above (corrosion.schema.locations or a CorrosionSchema bean). Nothing of"
                            + " it was applied: the database is as it was.");
        }
        if (openingTheNode(rootFailure)) {
            return analysis(
                    cause,
                    "Check that corrosion.node.data-directory is writable and used by this process only (one directory"
                            + " per node), and that corrosion.cluster.host and .port can be bound.");
        }
        return null;
    }

    private static FailureAnalysis analysis(CorrosionException cause, String action) {
        StringBuilder description = new StringBuilder("The Corrosion node could not be opened: ");
        description.append(cause.getMessage());
        Throwable reason = cause.getCause();
        if (reason != null
                && reason.getMessage() != null
                && !description.toString().contains(reason.getMessage())) {
            description.append(" (").append(reason.getMessage()).append(')');
        }
        return new FailureAnalysis(description.toString(), action, cause);
    }

    /** A failing query in a runner is also a CorrosionException; its stack trace says more than an analysis. */
    private static boolean openingTheNode(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof BeanCreationException creation && "corrosion".equals(creation.getBeanName())) {
                return true;
            }
        }
        return false;
    }
}
