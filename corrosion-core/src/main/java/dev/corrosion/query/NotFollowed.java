package dev.corrosion.query;

/** A query can only be run again; the message completes "because ...". Control flow of the planners, never seen outside. */
final class NotFollowed extends RuntimeException {

    NotFollowed(String because) {
        super(because, null, false, false);
    }
}
