package dev.corrosion.discovery;

import java.util.Arrays;

/** What an instance says of itself. Only {@link #UP} is handed out to callers. */
public enum ServiceStatus {
    /** Ready for requests. */
    UP,
    /** Registered and not ready yet. */
    STARTING,
    /** Taken out by a person. */
    OUT_OF_SERVICE,
    /** Not able to serve. */
    DOWN;

    /**
     * The status of this name, in whatever case.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static ServiceStatus parse(String name) {
        return Arrays.stream(values())
                .filter(known -> known.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "unknown status " + name + "; known are " + Arrays.toString(values())));
    }
}
