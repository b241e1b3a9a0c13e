package dev.corrosion.transport;

import java.util.concurrent.CompletionStage;

/** Answers an exchange. Thread-safe, but frames are sent in the order of the calls. */
public interface ExchangeResponder {

    /**
     * Sends an answer.
     *
     * @return completes when more may be sent; fails if the asker is gone or too many answers are waiting, and then no
     *     later answer arrives either
     * @throws IllegalArgumentException if it is larger than {@link Transport#MAX_FRAME_BYTES}
     */
    CompletionStage<Void> send(byte[] frame);

    /** Says that everything has been said. */
    void end();

    /** Breaks off: the asker sees a failure. */
    void fail();
}
