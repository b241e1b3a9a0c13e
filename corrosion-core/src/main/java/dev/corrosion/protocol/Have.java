package dev.corrosion.protocol;

import java.util.List;

/** I have these versions, in case you missed one. Answered by a {@link Want}, or not at all. */
public record Have(List<VersionId> versions) implements Message {

    /** Versions of one message. */
    public static final int MAX_VERSIONS = 512;

    public Have {
        versions = List.copyOf(versions);
    }
}
