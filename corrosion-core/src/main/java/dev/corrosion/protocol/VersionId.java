package dev.corrosion.protocol;

import dev.corrosion.ActorId;

/** One version of one actor: what is spread, announced and asked for. */
public record VersionId(ActorId actor, long version) {

    @Override
    public int hashCode() {
        // Looked up for every change at every node; the ids are random already.
        return (int) (actor.value().getLeastSignificantBits() ^ ((version * 0x9E3779B97F4A7C15L) >>> 32));
    }
}
