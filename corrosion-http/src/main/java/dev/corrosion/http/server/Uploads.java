package dev.corrosion.http.server;

/**
 * Bodies that one HTTP/2 connection has begun to send and not ended. Each holds one of the places for requests, so that a
 * connection gets a part of these only. On the connection's thread, which is that of all its streams.
 */
final class Uploads {

    /** At a time; further ones are told to come later. */
    static final int MAX = 32;

    private int open;

    /** Whether one more may begin. */
    boolean begin() {
        if (open == MAX) {
            return false;
        }
        open++;
        return true;
    }

    void end() {
        open--;
    }
}
