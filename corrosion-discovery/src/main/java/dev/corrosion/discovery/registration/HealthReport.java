package dev.corrosion.discovery.registration;

import dev.corrosion.discovery.ServiceStatus;

/**
 * What an instance says of itself.
 *
 * @param status its status
 * @param detail why, in a few words for everybody in the cluster: no secrets; cut to {@link #MAX_DETAIL} characters
 */
public record HealthReport(ServiceStatus status, String detail) {

    /** Longest detail, in characters. */
    public static final int MAX_DETAIL = 200;

    /** All is well. */
    public static final HealthReport UP = new HealthReport(ServiceStatus.UP, "");

    public HealthReport {
        detail = detail.length() > MAX_DETAIL ? detail.substring(0, MAX_DETAIL) : detail;
    }
}
