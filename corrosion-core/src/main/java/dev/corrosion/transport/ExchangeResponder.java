package dev.corrosion.transport;

import java.util.concurrent.CompletionStage;

/** Answers an exchange. Thread-safe, but frames are sent in the order of the calls. */
public interface ExchangeResponder {

    /**
     * Sends an answer.
     *
     * @return completes when more may be sent; fails if the asker is gone
     */
    CompletionStage<Void> send(byte[] frame);

    /** Says that everything has been said. */
    void end();

    /** Breaks off: the asker sees a failure. */
    void fail();
}
