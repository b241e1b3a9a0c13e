package dev.corrosion.protocol;

import java.util.List;

/** Send me these versions if you still have them at hand. Answered by {@link Changes} or a {@link VersionHead}. */
public record Want(List<VersionId> versions) implements Message {

    public Want {
        versions = List.copyOf(versions);
    }
}
