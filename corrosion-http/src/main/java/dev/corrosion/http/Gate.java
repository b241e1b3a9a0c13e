package dev.corrosion.http;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/** Lets a number of requests in at a time, and sends the others away instead of letting them wait. */
final class Gate {

    private final Semaphore places;
    private final String refusal;

    /** @param refusal what those are told that are not let in */
    Gate(int places, String refusal) {
        this.places = new Semaphore(places);
        this.refusal = refusal;
    }

    /** A place, until it is closed. A second close does nothing. */
    static final class Place implements AutoCloseable {

        private final Semaphore places;
        private final AtomicBoolean closed = new AtomicBoolean();

        private Place(Semaphore places) {
            this.places = places;
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                places.release();
            }
        }
    }

    /** @throws ApiException 503 if there is no place */
    Place enter() {
        if (!places.tryAcquire()) {
            throw ApiException.overloaded(refusal);
        }
        return new Place(places);
    }
}
