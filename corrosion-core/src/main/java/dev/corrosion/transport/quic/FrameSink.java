package dev.corrosion.transport.quic;

import java.util.concurrent.CompletionStage;

/** Takes what a {@link FrameReader} reads. Called on the event loop. */
interface FrameSink {

    /**
     * A frame.
     *
     * @return completes when the next may be delivered
     */
    CompletionStage<?> onFrame(byte[] frame);

    /** The sender has said everything. Nothing follows. */
    void onEnd();

    /** The stream ended before the sender had said everything. Nothing follows. */
    void onBroken(Throwable cause);
}
