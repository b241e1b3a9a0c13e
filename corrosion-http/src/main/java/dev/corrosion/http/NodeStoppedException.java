package dev.corrosion.http;

/**
 * The node goes, so a stream ends that has no end. The connection is to be broken off: clients that see a clean end do not come
 * back, and those that see a broken connection resume.
 */
final class NodeStoppedException extends RuntimeException {

    NodeStoppedException() {
        super("the node stops", null, false, false);
    }
}
