package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.Member;
import dev.corrosion.protocol.MemberRecord;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * The members as the collection of tombstones looks at them, without this node.
 *
 * @param counted those whose return is expected: alive, suspect or down
 * @param present those of them that are not down
 * @param left those that have said goodbye
 */
record KnownMembers(Set<ActorId> counted, Set<ActorId> present, Set<ActorId> left) {

    KnownMembers {
        counted = Collections.unmodifiableSet(new TreeSet<>(counted));
        present = Collections.unmodifiableSet(new TreeSet<>(present));
        left = Collections.unmodifiableSet(new TreeSet<>(left));
    }

    static KnownMembers of(Collection<MemberRecord> members) {
        Set<ActorId> counted = new HashSet<>();
        Set<ActorId> present = new HashSet<>();
        Set<ActorId> left = new HashSet<>();
        for (MemberRecord member : members) {
            if (member.state() == Member.State.LEFT) {
                left.add(member.id());
            } else {
                counted.add(member.id());
                if (member.isPresent()) {
                    present.add(member.id());
                }
            }
        }
        return new KnownMembers(counted, present, left);
    }
}
