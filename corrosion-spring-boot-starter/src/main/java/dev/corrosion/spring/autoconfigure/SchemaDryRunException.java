package dev.corrosion.spring.autoconfigure;

import dev.corrosion.CorrosionException;
import dev.corrosion.SchemaPlan;

/** Ends the start of an application that was only to tell what the schema would change, and has told it. */
final class SchemaDryRunException extends CorrosionException {

    private static final long serialVersionUID = 1L;

    private final String action;

    SchemaDryRunException(SchemaPlan plan, boolean destructiveAllowed) {
        super("corrosion.schema.dry-run is set: the schema was compared with the database, and nothing was changed. It"
                + " would:\n" + plan);
        this.action = plan.isDestructive() && !destructiveAllowed
                ? "Remove corrosion.schema.dry-run and, if the destructive steps are meant, set"
                        + " corrosion.schema.allow-destructive=true; without that the start will be refused."
                : "Remove corrosion.schema.dry-run to start, and to let this happen.";
    }

    /** What to do next. */
    String action() {
        return action;
    }
}
