package dev.corrosion.spring.autoconfigure;

import dev.corrosion.CorrosionException;

/** The node has not joined, or not caught up, in the time that the application waits for it. */
final class NotReadyException extends CorrosionException {

    private static final long serialVersionUID = 1L;

    NotReadyException(String message) {
        super(message);
    }

    /** What to do next. */
    String action() {
        return "Check that the nodes in corrosion.cluster.bootstrap run and can be reached by UDP, that all have the same"
                + " corrosion.security.secret and corrosion.cluster.id (the log says \"Refused\" if not), and that the"
                + " clocks agree. Raise corrosion.readiness.timeout if it only takes longer, or set"
                + " corrosion.readiness.fail-on-timeout=false to go on without the others.";
    }
}
