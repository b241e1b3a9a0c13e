package dev.corrosion.protocol;

import dev.corrosion.ActorId;
import dev.corrosion.Member;
import org.jspecify.annotations.Nullable;

/**
 * A member as it is talked about: the unit of gossip.
 *
 * @param member what is said of it
 * @param accuser of a suspect, who has probed it in vain; null if that is not told. Accusations by different nodes confirm
 *     each other
 */
public record Rumor(MemberRecord member, @Nullable ActorId accuser) {

    public Rumor {
        if (accuser != null && member.state() != Member.State.SUSPECT) {
            throw new IllegalArgumentException("a member that is " + member.state() + " has no accuser");
        }
    }

    /** Without an accuser. */
    public Rumor(MemberRecord member) {
        this(member, null);
    }
}
