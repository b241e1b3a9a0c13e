package dev.corrosion.query;

import dev.corrosion.query.SelectParts.Output;
import dev.corrosion.query.SortOrder.Term;
import dev.corrosion.query.grammar.SQLiteParser.LiteralContext;
import dev.corrosion.query.grammar.SQLiteParser.Order_by_stmtContext;
import dev.corrosion.query.grammar.SQLiteParser.Ordering_termContext;
import dev.corrosion.query.grammar.SQLiteParser.Primary_columnContext;
import dev.corrosion.query.grammar.SQLiteParser.Primary_literalContext;
import dev.corrosion.store.SqlToken;
import dev.corrosion.store.SqlTokenizer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.antlr.v4.runtime.ParserRuleContext;

/**
 * The order that a query asks for.
 *
 * @param order compares the values of the expressions
 * @param expressions to be selected beside the columns of the result
 */
record Ordering(SortOrder order, List<String> expressions) {

    private static final Ordering NONE = new Ordering(SortOrder.NONE, List.of());

    /** An expression to order by, and what follows it. */
    private record Asked(String expression, ParserRuleContext tree, String direction) {}

    /** @throws NotFollowed if the order cannot be computed outside of SQLite */
    static Ordering of(Connection connection, Catalog catalog, SelectParts parts) throws SQLException {
        Order_by_stmtContext clause = parts.statement().order_by_stmt();
        if (clause == null) {
            return NONE;
        }
        if (!catalog.utf8()) {
            throw new NotFollowed("it orders texts of a database that is not in UTF-8");
        }
        List<Asked> asked = new ArrayList<>();
        for (Ordering_termContext term : clause.ordering_term()) {
            asked.add(asked(parts, term));
        }
        List<Term> terms = new ArrayList<>();
        for (Asked term : asked) {
            terms.add(term(connection, catalog, parts, term));
        }
        return new Ordering(
                new SortOrder(List.copyOf(terms)),
                asked.stream().map(Asked::expression).toList());
    }

    private static Asked asked(SelectParts parts, Ordering_termContext term) {
        String text = parts.parsed().text(term.expr());
        String direction = parts.parsed().text(term).substring(text.length());
        BareTerm bare = BareTerm.of(parts.parsed(), term.expr());
        if (bare.core() instanceof Primary_literalContext literal
                && literal.literal().NUMERIC_LITERAL() != null) {
            return new Asked(bare.collated(number(parts, literal.literal())), term, direction);
        }
        if (bare.core() instanceof Primary_columnContext column && column.table == null) {
            String name = Expressions.columnName(column);
            for (Output output : parts.outputs()) {
                if (name.equalsIgnoreCase(output.alias())) {
                    return new Asked(bare.collated(output.expression()), term, direction);
                }
            }
        }
        requireOwnNames(parts, text);
        return new Asked(text, term, direction);
    }

    /** The expression of a column that is meant by its number. */
    private static String number(SelectParts parts, LiteralContext literal) {
        try {
            int number = Integer.parseInt(literal.getText());
            if (number > 0 && number <= parts.outputs().size()) {
                return parts.outputs().get(number - 1).expression();
            }
        } catch (NumberFormatException e) {
            // a constant that orders nothing
        }
        throw new NotFollowed("it orders by a constant");
    }

    /** Within an expression, a name that the query gives is only looked at if no table has such a column. */
    private static void requireOwnNames(SelectParts parts, String text) {
        Set<String> aliases = parts.aliases();
        for (SqlToken token : SqlTokenizer.tokenize(text)) {
            boolean isColumn = parts.sources().stream()
                    .anyMatch(source -> source.table().column(token.name()).isPresent());
            if (aliases.contains(Catalog.lower(token.name())) && !isColumn) {
                throw new NotFollowed(
                        "it orders by an expression of " + token.name() + ", a name that it gives itself");
            }
        }
    }

    private static Term term(Connection connection, Catalog catalog, SelectParts parts, Asked asked)
            throws SQLException {
        boolean aggregate = Aggregates.isIn(asked.expression(), catalog);
        if (!aggregate) {
            return SortOrder.of(connection, parts.from(), List.of(asked.expression()), List.of(asked.direction()))
                    .map(order -> order.terms().get(0))
                    .orElseThrow(() -> new NotFollowed("it orders by " + asked.expression()));
        }
        // the result of a function has no collation of its own, unless one is written
        if (SqlTokenizer.tokenize(asked.expression()).stream().anyMatch(token -> token.is("COLLATE"))) {
            throw new NotFollowed("it orders by an aggregate with a collation");
        }
        Ordering_termContext tree = (Ordering_termContext) asked.tree();
        boolean descending = tree.DESC_() != null;
        boolean nullsLast = tree.LAST_() != null || (tree.NULLS_() == null && descending);
        return new Term(Collation.BINARY, descending, nullsLast != descending);
    }
}
