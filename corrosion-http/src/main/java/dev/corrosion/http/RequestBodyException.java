package dev.corrosion.http;

/** The body of a request cannot be had. */
public final class RequestBodyException extends RuntimeException {

    private static final int TOO_SLOW = 408;
    private static final int TOO_LARGE = 413;

    private final int status;

    private RequestBodyException(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    /**
     * It has too many bytes.
     *
     * @param maxBytes how many it may have
     */
    public static RequestBodyException tooLarge(long maxBytes) {
        return new RequestBodyException(
                TOO_LARGE, "the body has more than " + maxBytes + " bytes, the limit of the server: send it in parts");
    }

    /** It was not there in time, or the connection has ended. */
    public static RequestBodyException incomplete() {
        return new RequestBodyException(TOO_SLOW, "the body was not sent in time");
    }

    /** The client sends too many at a time. */
    public static RequestBodyException tooMany() {
        return new RequestBodyException(
                ApiException.UNAVAILABLE, "this connection has begun to send too many bodies: end some of them first");
    }

    /** Of HTTP. */
    public int status() {
        return status;
    }
}
