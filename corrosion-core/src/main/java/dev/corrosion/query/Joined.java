package dev.corrosion.query;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which groups a row of a table is part of: by table and key the groups, and back. Not thread-safe.
 */
final class Joined {

    /** A row of a table: the position of the table in the query, and its key. */
    record Member(int source, Object key) {}

    private final Map<Member, Set<Object>> groups = new HashMap<>();
    private final Map<Object, Set<Member>> members = new HashMap<>();

    Set<Object> groupsOf(int source, Object key) {
        return groups.getOrDefault(new Member(source, key), Set.of());
    }

    Iterable<Object> all() {
        return members.keySet();
    }

    int size() {
        return members.size();
    }

    void set(Object group, Set<Member> now) {
        Set<Member> before = now.isEmpty() ? members.remove(group) : members.put(group, now);
        if (before != null) {
            for (Member member : before) {
                if (!now.contains(member)) {
                    remove(member, group);
                }
            }
        }
        for (Member member : now) {
            groups.computeIfAbsent(member, added -> new LinkedHashSet<>(2)).add(group);
        }
    }

    private void remove(Member member, Object group) {
        Set<Object> of = groups.get(member);
        if (of != null && of.remove(group) && of.isEmpty()) {
            groups.remove(member);
        }
    }
}
