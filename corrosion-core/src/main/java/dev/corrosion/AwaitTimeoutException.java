package dev.corrosion;

/** A version was not here in time. It may still come. */
public class AwaitTimeoutException extends CorrosionException {

    public AwaitTimeoutException(String message) {
        super(message, null);
    }
}
