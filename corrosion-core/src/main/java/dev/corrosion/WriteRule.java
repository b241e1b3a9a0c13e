package dev.corrosion;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Who may write to some tables. Tables that no rule is about may be written by every member; one that several are about, by
 * whom any of them allows. Rules hold where they are given: a node takes the changes of such a table from members that may
 * write to it and from nobody else, whoever is said to have made them, so all nodes should have the same.
 *
 * <p>Who a member is, its certificate says. With a secret, every node makes its own, so rules keep out mistakes, not whoever
 * has the secret.
 *
 * @param tables their names, in any case; {@code *} stands for any part of one
 * @param nodes by the actor ids that their certificates name
 * @param tags that the authority has put into certificates: {@code urn:corrosion:tag:NAME} among the subject alternative names
 */
public record WriteRule(List<String> tables, Set<ActorId> nodes, Set<String> tags) {

    /** How many rules there may be. */
    public static final int MAX_RULES = 100;

    /** @throws IllegalArgumentException if it is about no table, or a name is empty */
    public WriteRule {
        tables = List.copyOf(tables);
        nodes = Set.copyOf(nodes);
        tags = Set.copyOf(tags);
        if (tables.isEmpty() || tables.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("a write rule needs the names of tables, such as 'config' or '*'");
        }
        if (tags.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("a tag of a write rule is empty");
        }
    }

    /** Whether it is about this table. */
    public boolean isAbout(String table) {
        return tables.stream().anyMatch(pattern -> matches(pattern, table));
    }

    private static boolean matches(String pattern, String table) {
        if (pattern.indexOf('*') < 0) {
            return pattern.equalsIgnoreCase(table);
        }
        String regex = Pattern.compile("\\*")
                .splitAsStream(pattern.toLowerCase(Locale.ROOT) + " ")
                .map(Pattern::quote)
                .collect(Collectors.joining(".*"));
        return (table.toLowerCase(Locale.ROOT) + " ").matches(regex);
    }
}
