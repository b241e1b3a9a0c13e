package dev.corrosion.spring.observation;

import dev.corrosion.Statement;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/** Makes the observations. Costs next to nothing where nobody observes. Thread-safe. */
public final class StatementObservations {

    /** Of nothing. */
    public static final StatementObservations NONE = new StatementObservations(ObservationRegistry.NOOP);

    /** Where Micrometer keeps the observation in a subscriber's context. */
    private static final String OBSERVATION_OF_SUBSCRIBER = "micrometer.observation";

    private static final DefaultCorrosionObservationConvention WRITE =
            new DefaultCorrosionObservationConvention(CorrosionObservation.WRITE);

    private static final DefaultCorrosionObservationConvention QUERY =
            new DefaultCorrosionObservationConvention(CorrosionObservation.QUERY);

    private final ObservationRegistry registry;

    public StatementObservations(ObservationRegistry registry) {
        this.registry = registry;
    }

    /**
     * The call, observed while it runs, as part of what its subscriber is observed in. To be called on the thread of the
     * subscriber; the result may run on another.
     */
    public <T> Callable<T> observed(
            CorrosionObservation kind, List<Statement> statements, ContextView subscriber, Callable<T> call) {
        if (registry.isNoop()) {
            return call;
        }
        Observation parent = parent(subscriber);
        return () -> Observation.createNotStarted(
                        null,
                        kind == CorrosionObservation.WRITE ? WRITE : QUERY,
                        () -> new CorrosionObservationContext(kind, statements),
                        registry)
                .parentObservation(parent)
                .observeChecked(call::call);
    }

    private @Nullable Observation parent(ContextView subscriber) {
        return subscriber
                .getOrEmpty(OBSERVATION_OF_SUBSCRIBER)
                .map(Observation.class::cast)
                .orElseGet(registry::getCurrentObservation);
    }
}
