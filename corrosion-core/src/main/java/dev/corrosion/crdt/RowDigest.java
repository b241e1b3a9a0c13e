package dev.corrosion.crdt;

import dev.corrosion.ledger.Fingerprint;

/** What stands for a row when copies are compared. */
public record RowDigest(RowKey key, Fingerprint fingerprint) {}
