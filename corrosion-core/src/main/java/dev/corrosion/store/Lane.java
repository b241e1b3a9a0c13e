package dev.corrosion.store;

/** Who writes. Each lane is served in order of arrival, and none waits because of what is piled up in another. */
enum Lane {

    /** The application's transactions. Whatever comes when so many wait is refused. */
    LOCAL(4096),

    /** What other nodes wrote. Whoever fills it bounds it; to refuse here would throw away what has already arrived. */
    APPLY(Integer.MAX_VALUE),

    /** Housekeeping, which can always be tried again later. */
    MAINTENANCE(256);

    final int maxWaiting;

    Lane(int maxWaiting) {
        this.maxWaiting = maxWaiting;
    }
}
