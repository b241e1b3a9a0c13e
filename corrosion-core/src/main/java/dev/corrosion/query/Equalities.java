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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.antlr.v4.runtime.ParserRuleContext;

/** Finds the conditions in the WHERE of a query of one table by which changes can be routed to it. */
final class Equalities {

    /** Values of one IN. */
    static final int MAX_VALUES = 1000;

    private final Connection connection;
    private final SelectParts parts;

    Equalities(Connection connection, SelectParts parts) {
        this.connection = connection;
        this.parts = parts;
    }

    /** All columns that equal one constant; if there are none, one that is in the shortest list. */
    List<Equality> find() throws SQLException {
        Map<String, Equality> single = new LinkedHashMap<>();
        Optional<Equality> shortest = Optional.empty();
        for (ParserRuleContext conjunct : parts.conjuncts()) {
            Optional<Equality> found = equality(Expressions.unwrap(conjunct));
            if (found.isEmpty()) {
                continue;
            }
            int size = found.get().constants().size();
            if (size == 1) {
                single.putIfAbsent(Catalog.lower(found.get().column().name()), found.get());
            } else if (shortest.isEmpty() || size < shortest.get().constants().size()) {
                shortest = found;
            }
        }
        return single.isEmpty() ? shortest.map(List::of).orElse(List.of()) : List.copyOf(single.values());
    }

    private Optional<Equality> equality(ParserRuleContext condition) throws SQLException {
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

    private Optional<Equality> either(ParserRuleContext left, ParserRuleContext right) throws SQLException {
        Optional<Equality> found = of(left, List.of(right));
        return found.isPresent() ? found : of(right, List.of(left));
    }

    private Optional<Equality> of(ParserRuleContext column, List<? extends ParserRuleContext> values)
            throws SQLException {
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
        return SortOrder.collations(connection, parts.from(), List.of(SqlNames.quote(found.name())))
                .map(collations -> new Equality(found, collations.get(0), List.copyOf(constants)));
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
