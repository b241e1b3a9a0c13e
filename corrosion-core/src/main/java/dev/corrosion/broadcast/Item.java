package dev.corrosion.broadcast;

import dev.corrosion.protocol.VersionId;
import dev.corrosion.protocol.VersionPart;
import org.jspecify.annotations.Nullable;

/** What is spread: a version with its changes, or only its number. Compared by identity. */
final class Item {

    private static final int ID_BYTES = 32;

    private final VersionId id;
    private final @Nullable VersionPart part;
    private final int bytes;

    /** A version that is sent with its changes. */
    Item(VersionPart part) {
        this(new VersionId(part.actor(), part.version()), part);
    }

    /** The same, with the number that is at hand. */
    Item(VersionId id, VersionPart part) {
        this.id = id;
        this.part = part;
        this.bytes = part.estimatedBytes();
    }

    /** A version that is only announced. */
    Item(VersionId id) {
        this.id = id;
        this.part = null;
        this.bytes = ID_BYTES;
    }

    VersionId id() {
        return id;
    }

    @Nullable VersionPart part() {
        return part;
    }

    int bytes() {
        return bytes;
    }
}
