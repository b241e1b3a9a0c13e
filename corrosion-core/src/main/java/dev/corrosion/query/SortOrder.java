package dev.corrosion.query;

import dev.corrosion.query.Program.Instruction;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How SQLite would order rows by some expressions, as its compiler tells: collations, directions, and where NULL goes.
 *
 * @param terms one for each expression
 */
record SortOrder(List<Term> terms) implements Comparator<@Nullable Object[]> {

    static final SortOrder NONE = new SortOrder(List.of());

    record Term(Collation collation, boolean descending, boolean bigNull) {

        static Optional<Term> parse(String text) {
            boolean descending = text.startsWith("-");
            String rest = descending ? text.substring(1) : text;
            boolean bigNull = rest.startsWith("N.");
            return Collation.named(bigNull ? rest.substring(2) : rest)
                    .map(collation -> new Term(collation, descending, bigNull));
        }

        int compare(@Nullable Object one, @Nullable Object other) {
            int byValue = collation.compare(one, other);
            if (bigNull && (one == null) != (other == null)) {
                byValue = -byValue;
            }
            return descending ? -byValue : byValue;
        }
    }

    /**
     * The order of terms in a FROM clause, or empty if SQLite orders otherwise than by a sorter with these terms, or by a
     * collation that is not built in.
     *
     * @param terms expressions, none with a direction
     * @param directions what follows each of them, such as DESC
     */
    static Optional<SortOrder> of(Connection connection, String from, List<String> terms, List<String> directions)
            throws SQLException {
        StringBuilder sql = new StringBuilder("SELECT 1 FROM ").append(from).append(" ORDER BY ");
        for (int i = 0; i < terms.size(); i++) {
            // a unary plus keeps the collation, but neither is an index used for it nor is it a column's number
            sql.append(i == 0 ? "+(" : ", +(").append(terms.get(i)).append(") ").append(directions.get(i));
        }
        List<Instruction> sorters = Program.of(connection, sql.toString()).instructions().stream()
                .filter(step -> step.is("SorterOpen"))
                .toList();
        return sorters.size() == 1
                ? parse(Objects.requireNonNullElse(sorters.get(0).p4(), ""), terms.size())
                : Optional.empty();
    }

    /** The collations by which expressions are compared in a FROM clause. */
    static Optional<List<Collation>> collations(Connection connection, String from, List<String> expressions)
            throws SQLException {
        return of(
                        connection,
                        from,
                        expressions,
                        expressions.stream().map(e -> "").toList())
                .map(order -> order.terms().stream().map(Term::collation).toList());
    }

    @Override
    public int compare(@Nullable Object[] one, @Nullable Object[] other) {
        for (int i = 0; i < terms.size(); i++) {
            int byTerm = terms.get(i).compare(one[i], other[i]);
            if (byTerm != 0) {
                return byTerm;
            }
        }
        return 0;
    }

    /** Takes apart what EXPLAIN shows of a key: {@code k(3,B,-NOCASE,N.B)}. */
    private static Optional<SortOrder> parse(String keyInfo, int count) {
        if (!keyInfo.startsWith("k(") || !keyInfo.endsWith(")")) {
            return Optional.empty();
        }
        String[] parts = keyInfo.substring(2, keyInfo.length() - 1).split(",", -1);
        if (parts.length != count + 1 || !parts[0].equals(Integer.toString(count))) {
            return Optional.empty();
        }
        List<Term> terms = new ArrayList<>(count);
        for (int i = 1; i < parts.length; i++) {
            Optional<Term> term = Term.parse(parts[i]);
            if (term.isEmpty()) {
                return Optional.empty();
            }
            terms.add(term.get());
        }
        return Optional.of(new SortOrder(List.copyOf(terms)));
    }
}
