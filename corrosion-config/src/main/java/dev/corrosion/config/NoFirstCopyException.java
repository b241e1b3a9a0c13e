package dev.corrosion.config;

import dev.corrosion.CorrosionException;

/** A node without a copy of the configuration got none at its first start. */
public final class NoFirstCopyException extends CorrosionException {

    NoFirstCopyException(String message) {
        super(message);
    }

    String action() {
        return "Start a node that corrosion.cluster.bootstrap names, raise corrosion.config.first-sync-timeout, or import"
                + " optional:corrosion: to start without and take the configuration when it comes.";
    }
}
