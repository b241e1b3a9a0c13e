package dev.corrosion.query;

import dev.corrosion.query.Equality.Constant;
import dev.corrosion.query.Expressions.ResolvedColumn;
import dev.corrosion.query.grammar.SQLiteParser.Predicate_equalityContext;
import dev.corrosion.query.grammar.SQLiteParser.Predicate_inContext;
import dev.corrosion.query.grammar.SQLiteParser.Predicate_isContext;
import dev.corrosion.query.grammar.SQLiteParser.Primary_columnContext;
import dev.corrosion.query.grammar.SQLiteParser.Primary_literalContext;
import dev.corrosion.query.grammar.SQLiteParser.Primary_parameterContext;
import dev.corrosion.query.grammar.SQLiteParser.Relation_signContext;
import dev.corrosion.store.SqlNames;
import dev.corrosion.store.SqlValues;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.antlr.v4.runtime.ParserRuleContext;

/** Finds the conditions in the WHERE of a query by which changes can be routed to it. */
final class Equalities {

    /** Values of one IN. */
    static final int MAX_VALUES = 1000;

    private final Connection connection;
    private final SelectParts parts;

    Equalities(Connection connection, SelectParts parts) {
        this.connection = connection;
        this.parts = parts;
    }

    private record Found(int source, Equality equality) {}

    /**
     * By the position of a table, all columns that equal one constant; if there are none, one that is in the shortest list.
     * Only tables of which every row of the result has a row, and that occur once.
     */
    Map<Integer, List<Equality>> find() throws SQLException {
        Map<Integer, Map<String, Equality>> single = new TreeMap<>();
        Map<Integer, Equality> shortest = new TreeMap<>();
        for (ParserRuleContext conjunct : parts.conjuncts()) {
            Optional<Found> found = equality(Expressions.unwrap(conjunct));
            if (found.isEmpty() || !isRouted(found.get().source())) {
                continue;
            }
            int source = found.get().source();
            Equality equality = found.get().equality();
            if (equality.constants().size() == 1) {
                single.computeIfAbsent(source, added -> new LinkedHashMap<>())
                        .putIfAbsent(Catalog.lower(equality.column().name()), equality);
            } else {
                shortest.merge(
                        source,
                        equality,
                        (one, other) ->
                                other.constants().size() < one.constants().size() ? other : one);
            }
        }
        Map<Integer, List<Equality>> equalities = new TreeMap<>();
        shortest.forEach((source, equality) -> equalities.put(source, List.of(equality)));
        single.forEach((source, columns) -> equalities.put(source, List.copyOf(columns.values())));
        return Collections.unmodifiableMap(equalities);
    }

    private boolean isRouted(int position) {
        Source source = parts.sources().get(position);
        return !source.optional()
                && parts.sources().stream()
                                .filter(other -> other.tableName().equals(source.tableName()))
                                .count()
                        == 1;
    }

    private Optional<Found> equality(ParserRuleContext condition) throws SQLException {
        if (condition instanceof Predicate_equalityContext equal && (equal.ASSIGN() != null || equal.EQ() != null)) {
            return either(equal.predicate(), equal.relation());
        }
        if (condition instanceof Predicate_isContext is && is.NOT_() == null && is.DISTINCT_() == null) {
            return either(is.predicate(), is.relation());
        }
        if (condition instanceof Predicate_inContext in && in.NOT_() == null && in.in_list() != null) {
            return of(in.predicate(), in.in_list().expr());
        }
        return Optional.empty();
    }

    private Optional<Found> either(ParserRuleContext left, ParserRuleContext right) throws SQLException {
        Optional<Found> found = of(left, List.of(right));
        return found.isPresent() ? found : of(right, List.of(left));
    }

    private Optional<Found> of(ParserRuleContext column, List<? extends ParserRuleContext> values) throws SQLException {
        if (!(Expressions.unwrap(column) instanceof Primary_columnContext name)
                || values.isEmpty()
                || values.size() > MAX_VALUES) {
            return Optional.empty();
        }
        Optional<ResolvedColumn> resolved = Expressions.resolve(name, parts.sources());
        if (resolved.isEmpty()) {
            return Optional.empty();
        }
        List<Constant> constants = new ArrayList<>();
        for (ParserRuleContext value : values) {
            Optional<Constant> constant = constant(Expressions.unwrap(value));
            if (constant.isEmpty()) {
                return Optional.empty();
            }
            constants.add(constant.get());
        }
        Column found = resolved.get().column();
        int source = resolved.get().source();
        String qualified = SqlNames.quote(parts.sources().get(source).alias()) + "." + SqlNames.quote(found.name());
        return SortOrder.collations(connection, parts.from(), List.of(qualified))
                .map(collations -> new Found(source, new Equality(found, collations.get(0), List.copyOf(constants))));
    }

    private Optional<Constant> constant(ParserRuleContext value) throws SQLException {
        if (value instanceof Primary_parameterContext) {
            return Optional.of(
                    new Constant(null, Integer.parseInt(value.getText().substring(1))));
        }
        boolean negative = value instanceof Relation_signContext sign
                && sign.MINUS() != null
                && Expressions.unwrap(sign.relation()) instanceof Primary_literalContext;
        if (!negative && !(value instanceof Primary_literalContext)) {
            return Optional.empty();
        }
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT " + parts.parsed().text(value))) {
            row.next();
            return Optional.of(new Constant(SqlValues.read(row, 1), 0));
        }
    }
}
