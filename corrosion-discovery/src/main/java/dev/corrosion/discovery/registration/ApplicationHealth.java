package dev.corrosion.discovery.registration;

/**
 * Says whether this application can serve. Unless there is a bean of yours, it is Spring Boot's health. Asked on a thread of
 * its own, one time after the other.
 */
@FunctionalInterface
public interface ApplicationHealth {

    /** Looks. An exception counts as DOWN, and so does an answer that does not come in time. */
    HealthReport check();
}
