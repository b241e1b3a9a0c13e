package dev.corrosion.simulation;

import dev.corrosion.ActorId;
import dev.corrosion.Member;
import java.util.HashMap;
import java.util.Map;

/**
 * I1: as one node sees them, the incarnation of a member never goes back, and at one incarnation a member only goes down:
 * suspect, down, left. None of them is the node itself.
 */
final class MembershipInvariant implements Invariant {

    private final World world;
    private final Map<NodeRun, Map<ActorId, Member>> seen = new HashMap<>();

    MembershipInvariant(World world) {
        this.world = world;
    }

    @Override
    public void committed(NodeRun process) {
        Map<ActorId, Member> known = seen.computeIfAbsent(process, node -> new HashMap<>());
        for (Member member : world.sabotage().members(process, process.node().members())) {
            Member before = known.put(member.id(), member);
            if (member.id().equals(process.node().actorId())) {
                throw new AssertionError(process.machine() + " is a member of its own list: " + member);
            }
            if (before != null && isBackwards(before, member)) {
                throw new AssertionError(process.machine() + " saw " + before + " and then " + member);
            }
        }
    }

    private static boolean isBackwards(Member before, Member after) {
        return after.incarnation() < before.incarnation()
                || (after.incarnation() == before.incarnation() && after.state().compareTo(before.state()) < 0);
    }

    @Override
    public void stopped(NodeRun process) {
        seen.remove(process);
    }
}
