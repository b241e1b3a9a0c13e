package dev.corrosion.discovery;

/** What an instance says of itself. Only {@link #UP} is handed out to callers. */
public enum ServiceStatus {
    /** Ready for requests. */
    UP,
    /** Registered and not ready yet. */
    STARTING,
    /** Taken out by a person. */
    OUT_OF_SERVICE,
    /** Not able to serve. */
    DOWN
}
