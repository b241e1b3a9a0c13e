package dev.corrosion.query;

import dev.corrosion.CorrosionException;

/**
 * The data does not allow to go on following a query by its plan; running it again as a whole is what remains. The message
 * completes "because ...", or says what to do where the query cannot be kept at all.
 */
final class CannotFollow extends CorrosionException {

    CannotFollow(String because) {
        super(because);
    }
}
