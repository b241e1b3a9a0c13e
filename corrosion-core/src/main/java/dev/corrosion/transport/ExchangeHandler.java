package dev.corrosion.transport;

import java.util.concurrent.CompletionStage;

/**
 * Receives the answers of an exchange: any number of frames, then either the end or a failure, exactly once. Called on
 * the transport's threads; implementations must not block.
 */
public interface ExchangeHandler {

    /** Who answers; told once, before the first answer. */
    default void onPeer(Peer peer) {}

    /**
     * An answer.
     *
     * @return completes when the next answer may be delivered: this is the back-pressure. If it fails, the exchange is
     *     broken off and {@link #onFailure} is told. If it takes longer than the transport's exchange timeout, the peer
     *     may break off
     */
    CompletionStage<?> onFrame(byte[] frame);

    /** The peer has said everything. */
    void onEnd();

    /** The exchange broke off; frames may be missing. */
    void onFailure(Throwable cause);
}
