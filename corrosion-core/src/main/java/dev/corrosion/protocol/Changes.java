package dev.corrosion.protocol;

import java.util.List;

/** Changes on their way, by broadcast or in answer to a {@link SyncFetch}. */
public record Changes(List<VersionPart> parts) implements Message {

    public Changes {
        parts = List.copyOf(parts);
    }
}
