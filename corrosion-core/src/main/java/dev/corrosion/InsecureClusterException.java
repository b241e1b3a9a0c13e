package dev.corrosion;

/** The node would be reachable from other machines without any proof of membership; it refuses to start. */
public class InsecureClusterException extends CorrosionException {

    public InsecureClusterException(String message) {
        super(message);
    }
}
