package dev.corrosion.query;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which groups a row of a table is part of, and back. There is an entry for each row of each table that takes part, so they
 * are kept small. Not thread-safe.
 */
final class Joined {

    /** A row of a table: the position of the table in the query, and its key. Equal by both. */
    static final class Member {
        private final int source;
        private final Object key;

        /** Null, one group, or {@link Many}: most rows are part of one. */
        private @Nullable Object groups;

        Member(int source, Object key) {
            this.source = source;
            this.key = key;
        }

        private void add(Object group) {
            if (groups instanceof Many many) {
                many.groups.add(group);
            } else if (groups == null) {
                groups = group;
            } else if (!groups.equals(group)) {
                Many many = new Many(new LinkedHashSet<>());
                many.groups.add(groups);
                many.groups.add(group);
                groups = many;
            }
        }

        /** Whether it is part of no group then. */
        private boolean remove(Object group) {
            if (groups instanceof Many many) {
                many.groups.remove(group);
                return many.groups.isEmpty();
            }
            if (group.equals(groups)) {
                groups = null;
            }
            return groups == null;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Member member && source == member.source && key.equals(member.key);
        }

        @Override
        public int hashCode() {
            return 31 * source + key.hashCode();
        }
    }

    private record Many(Set<Object> groups) {}

    /** Each by itself: there is one object for a row. */
    private final Map<Member, Member> known = new HashMap<>();

    private final Map<Object, List<Member>> members = new HashMap<>();
    private final Holding holding;

    Joined(Holding holding) {
        this.holding = holding;
    }

    void eachHeld(Holding other) {
        known.keySet().forEach(member -> other.changed(member.source, member.key, true));
    }

    Collection<Object> groupsOf(int source, Object key) {
        Member member = known.get(new Member(source, key));
        Object groups = member == null ? null : member.groups;
        if (groups instanceof Many many) {
            return many.groups;
        }
        return groups == null ? List.of() : List.of(groups);
    }

    /** All groups that have members. */
    Iterable<Object> all() {
        return members.keySet();
    }

    /** The group has these members and no others. */
    void set(Object group, Set<Member> now) {
        List<Member> shared = new ArrayList<>(now.size());
        for (Member member : now) {
            Member one = known.putIfAbsent(member, member);
            if (one == null) {
                one = member;
                holding.changed(one.source, one.key, true);
            }
            one.add(group);
            shared.add(one);
        }
        List<Member> before = now.isEmpty() ? members.remove(group) : members.put(group, List.copyOf(shared));
        if (before != null) {
            for (Member member : before) {
                if (!now.contains(member) && member.remove(group)) {
                    known.remove(member);
                    holding.changed(member.source, member.key, false);
                }
            }
        }
    }
}
