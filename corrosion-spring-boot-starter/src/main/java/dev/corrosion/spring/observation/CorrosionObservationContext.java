package dev.corrosion.spring.observation;

import dev.corrosion.Statement;
import io.micrometer.observation.Observation;
import java.util.List;

/** What an observation is about. */
public final class CorrosionObservationContext extends Observation.Context {

    private final CorrosionObservation kind;
    private final List<Statement> statements;

    public CorrosionObservationContext(CorrosionObservation kind, List<Statement> statements) {
        this.kind = kind;
        this.statements = List.copyOf(statements);
    }

    public CorrosionObservation kind() {
        return kind;
    }

    /** A query has one. */
    public List<Statement> statements() {
        return statements;
    }
}
