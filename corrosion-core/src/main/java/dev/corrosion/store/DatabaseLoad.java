package dev.corrosion.store;

import java.util.Optional;

/**
 * What a database holds and what waits for it, at one moment.
 *
 * @param fileBytes the file without its WAL
 * @param walBytes the WAL
 * @param localWaiting writes of the application that wait
 * @param maxLocalWaiting their bound
 * @param appliedWaiting batches of what others wrote that wait
 * @param maintenanceWaiting steps of housekeeping that wait
 * @param maxMaintenanceWaiting their bound
 * @param trouble why the last write failed, if it was for want of room or of permission and none has succeeded since
 */
public record DatabaseLoad(
        long fileBytes,
        long walBytes,
        int localWaiting,
        int maxLocalWaiting,
        int appliedWaiting,
        int maintenanceWaiting,
        int maxMaintenanceWaiting,
        Optional<String> trouble) {

    /** Of one that writes at once. */
    public static DatabaseLoad idle(long fileBytes, long walBytes) {
        return new DatabaseLoad(fileBytes, walBytes, 0, 0, 0, 0, 0, Optional.empty());
    }
}
