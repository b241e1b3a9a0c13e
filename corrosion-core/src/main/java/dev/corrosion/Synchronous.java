package dev.corrosion;

/** What of the last writes survives a power failure or a crash of the operating system. */
public enum Synchronous {

    /**
     * The file stays whole, but the last transactions before the failure may be lost here. A crash of the process alone
     * loses nothing. Other nodes may have received what is lost; the node then notices and takes a new identity.
     */
    NORMAL,

    /** Each COMMIT reaches the disk before its write returns. Nothing acknowledged is lost; a write costs an fsync. */
    FULL
}
