package dev.corrosion.crdt;

import dev.corrosion.ActorId;

/**
 * The record of a cell, or of a row's existence, as it means the same on every node.
 *
 * @param colVersion how often it was written; for a row, its causal length
 * @param site the actor that wrote it last
 * @param version the version of that actor
 * @param seq the place in that version
 * @param ts when, as the actor has it; decides nothing
 */
public record SiteStamp(long colVersion, ActorId site, long version, long seq, String ts) {

    SiteStamp withColVersion(long colVersion) {
        return new SiteStamp(colVersion, site, version, seq, ts);
    }

    /** The record that was made together with this one, so many seqs later. */
    SiteStamp plus(long seqs) {
        return new SiteStamp(colVersion, site, version, seq + seqs, ts);
    }
}
