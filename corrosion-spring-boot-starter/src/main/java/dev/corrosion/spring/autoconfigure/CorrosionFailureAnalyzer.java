package dev.corrosion.spring.autoconfigure;

import dev.corrosion.CorrosionException;
import dev.corrosion.InsecureClusterException;
import dev.corrosion.SchemaException;
import dev.corrosion.spring.listener.InvalidListenerException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;

/** Says in words why the node did not open, and what to do. */
final class CorrosionFailureAnalyzer implements FailureAnalyzer {

    private static final List<String> BEANS_THAT_OPEN = List.of("corrosion", "corrosionOptions");

    /** How many causes are looked at. */
    private static final int MAX_CAUSES = 32;

    @Override
    public @Nullable FailureAnalysis analyze(Throwable failure) {
        List<Throwable> causes = causes(failure);
        Optional<CorrosionException> known = causes.stream()
                .filter(CorrosionException.class::isInstance)
                .map(CorrosionException.class::cast)
                .findFirst();
        String action = known.map(CorrosionFailureAnalyzer::actionByType).orElse(null);
        if (known.isPresent() && action != null) {
            return analysis(known.get(), action);
        }
        // A failing query in a runner is also a CorrosionException; its stack trace says more than an analysis.
        if (causes.stream().noneMatch(CorrosionFailureAnalyzer::opensTheNode)) {
            return null;
        }
        Optional<String> found = OpeningFailure.action(causes);
        if (known.isPresent()) {
            return analysis(
                    known.get(),
                    found.orElse("Check that corrosion.node.data-directory is writable and used by this process only"
                            + " (one directory per node), and that corrosion.cluster.host and .port can be bound."));
        }
        return found.map(what -> analysis(causes.get(causes.size() - 1), what)).orElse(null);
    }

    private static @Nullable String actionByType(CorrosionException cause) {
        if (cause instanceof InsecureClusterException) {
            return "Set corrosion.security.secret to the same value on all nodes (at least 16 characters, for example"
                    + " from `openssl rand -base64 32`), or corrosion.security.bundle to an SSL bundle with certificates of"
                    + " an authority that all nodes trust, or set corrosion.cluster.host=127.0.0.1 to stay on this"
                    + " machine.";
        }
        if (cause instanceof SchemaDryRunException dryRun) {
            return dryRun.action();
        }
        if (cause instanceof SchemaException) {
            return "Correct the schema named above (corrosion.schema.locations or a CorrosionSchema bean). Nothing of it"
                    + " was applied: the database is as it was.";
        }
        if (cause instanceof InvalidListenerException) {
            return "Correct the method named above, or its @CorrosionListener; corrosion.listener.enabled=false starts the"
                    + " application without any of them.";
        }
        return cause instanceof NotReadyException notReady ? notReady.action() : null;
    }

    private static FailureAnalysis analysis(Throwable cause, String action) {
        if (cause instanceof SchemaDryRunException
                || cause instanceof NotReadyException
                || cause instanceof InvalidListenerException) {
            return new FailureAnalysis(String.valueOf(cause.getMessage()), action, cause);
        }
        StringBuilder description = new StringBuilder("The Corrosion node could not be opened: ");
        description.append(cause instanceof CorrosionException ? cause.getMessage() : cause.toString());
        Throwable reason = cause.getCause();
        if (reason != null
                && reason.getMessage() != null
                && !description.toString().contains(reason.getMessage())) {
            description.append(" (").append(reason.getMessage()).append(')');
        }
        return new FailureAnalysis(description.toString(), action, cause);
    }

    private static boolean opensTheNode(Throwable failure) {
        return failure instanceof BeanCreationException creation && BEANS_THAT_OPEN.contains(creation.getBeanName());
    }

    private static List<Throwable> causes(Throwable failure) {
        List<Throwable> causes = new ArrayList<>();
        for (Throwable t = failure; t != null && causes.size() < MAX_CAUSES; t = t.getCause()) {
            causes.add(t);
        }
        return causes;
    }
}
