package dev.corrosion;

import java.util.List;

/**
 * A write that is committed here, and which others have said that it is on their disks. It travels on to the rest
 * whether that was enough or not; nothing takes it back.
 *
 * @param result what was committed
 * @param sufficient whether as many as were asked for have it
 * @param acknowledged members that said so
 * @param silent members that were asked and have not said so: they are gone, too slow, or, if it was sufficient before
 *     they could, just not needed
 */
public record AcknowledgedWrite(
        WriteResult result, boolean sufficient, List<Member> acknowledged, List<Member> silent) {

    public AcknowledgedWrite {
        acknowledged = List.copyOf(acknowledged);
        silent = List.copyOf(silent);
    }

    /**
     * What was committed.
     *
     * @throws CorrosionException if it was not acknowledged by as many as were asked for; it is committed all the same
     */
    public WriteResult orThrow() {
        if (!sufficient) {
            throw new CorrosionException("version " + result.version() + " is committed here, but only "
                    + acknowledged.size() + " others have acknowledged it in time; silent: "
                    + silent.stream().map(Member::name).toList());
        }
        return result;
    }
}
