package dev.corrosion.node;

import dev.corrosion.ledger.Fingerprint;
import dev.corrosion.ledger.Horizon;

/** A horizon with its fingerprint, which is made once. */
record KnownHorizon(Horizon horizon, Fingerprint fingerprint) {

    static KnownHorizon of(Horizon horizon) {
        return new KnownHorizon(horizon, horizon.fingerprint());
    }
}
