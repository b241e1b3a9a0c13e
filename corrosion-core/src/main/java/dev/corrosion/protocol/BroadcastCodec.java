package dev.corrosion.protocol;

import dev.corrosion.ActorId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The bytes of {@link Have} and {@link Want}: an actor is written once, consecutive versions as a run. */
final class BroadcastCodec {

    private static final int MIN_ACTOR_BYTES = ActorId.BYTES + 3;
    private static final int MIN_RUN_BYTES = 2;

    private BroadcastCodec() {}

    static void write(ByteWriter out, List<VersionId> versions) {
        Map<ActorId, List<Long>> byActor = new LinkedHashMap<>();
        for (VersionId id : versions) {
            byActor.computeIfAbsent(id.actor(), actor -> new ArrayList<>()).add(id.version());
        }
        out.varint(byActor.size());
        byActor.forEach((actor, numbers) -> {
            out.actor(actor);
            List<long[]> runs = runs(numbers);
            out.varint(runs.size());
            for (long[] run : runs) {
                out.varint(run[0]);
                out.varint(run[1]);
            }
        });
    }

    static List<VersionId> read(ByteReader in) {
        List<VersionId> versions = new ArrayList<>();
        Set<ActorId> seen = new HashSet<>();
        int count = in.count(MIN_ACTOR_BYTES);
        if (count > Have.MAX_VERSIONS) {
            throw new ProtocolException(count + " actors, more than " + Have.MAX_VERSIONS + " versions can have");
        }
        for (int actors = count; actors > 0; actors--) {
            ActorId actor = in.actor();
            if (!seen.add(actor)) {
                throw new ProtocolException("an actor that is named twice");
            }
            for (int runs = in.count(MIN_RUN_BYTES); runs > 0; runs--) {
                long first = in.number();
                long length = in.number();
                if (first < 1 || length < 1 || length > Have.MAX_VERSIONS - versions.size()) {
                    throw new ProtocolException("more than " + Have.MAX_VERSIONS + " versions, or one below 1");
                }
                if (first + length - 1 > ByteReader.MAX_NUMBER) {
                    throw new ProtocolException("a run of versions that goes out of bounds");
                }
                for (long version = first; version < first + length; version++) {
                    versions.add(new VersionId(actor, version));
                }
            }
        }
        return versions;
    }

    /** First version and length of each run, in the order given. */
    private static List<long[]> runs(List<Long> versions) {
        List<long[]> runs = new ArrayList<>();
        long[] run = {0, 0};
        for (long version : versions) {
            if (run[1] > 0 && version == run[0] + run[1]) {
                run[1]++;
            } else {
                run = new long[] {version, 1};
                runs.add(run);
            }
        }
        return runs;
    }
}
