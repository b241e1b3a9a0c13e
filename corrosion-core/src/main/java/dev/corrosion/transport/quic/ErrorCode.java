package dev.corrosion.transport.quic;

/** Application error codes (RFC 9000 section 20.2) with which links and streams are closed. */
enum ErrorCode {
    /** All is well: the node is going, or the link is not needed. */
    BYE(0),
    /** The peer must not be here; the reason says why. */
    REFUSED(1),
    /** The peer broke the rules of the protocol. */
    PROTOCOL(2),
    /** There is a newer link to the same peer. */
    REPLACED(3),
    /** Too much is going on here. */
    BUSY(4),
    /** Nothing happened for too long. */
    TIMEOUT(5),
    /** What was asked for is not wanted any more. */
    CANCELLED(6);

    private final int code;

    ErrorCode(int code) {
        this.code = code;
    }

    /** What goes over the wire. */
    int code() {
        return code;
    }
}
