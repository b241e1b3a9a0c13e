package dev.corrosion.spring.actuate;

import dev.corrosion.Member;
import dev.corrosion.NodeStatus;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** How many other members there are in each state. Knows nothing of health or meters, which may each be absent. */
final class MemberCounts {

    private MemberCounts() {}

    static Map<Member.State, Long> of(NodeStatus status) {
        Map<Member.State, Long> counts = new EnumMap<>(Member.State.class);
        for (Member.State state : Member.State.values()) {
            counts.put(state, 0L);
        }
        status.members().forEach(member -> counts.merge(member.state(), 1L, Long::sum));
        return counts;
    }

    static String tag(Member.State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
