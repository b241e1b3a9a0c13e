package dev.corrosion.transport;

/**
 * The links of a transport, counted since it was opened.
 *
 * @param open links that are usable now
 * @param opened links that became usable
 * @param failed links that did not: unreachable, refused or unfinished
 */
public record TransportLinks(int open, long opened, long failed) {

    /** Of a transport that has none, or does not count them. */
    public static final TransportLinks NONE = new TransportLinks(0, 0, 0);
}
