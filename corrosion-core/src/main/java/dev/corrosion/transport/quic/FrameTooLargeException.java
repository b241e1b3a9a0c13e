package dev.corrosion.transport.quic;

import java.io.IOException;

/** A peer has announced a frame that is larger than allowed. */
final class FrameTooLargeException extends IOException {

    private static final long serialVersionUID = 1L;

    FrameTooLargeException(long bytes) {
        super("a frame of " + bytes + " bytes was announced, which is more than allowed");
    }
}
