package dev.corrosion.query;

import dev.corrosion.query.Expressions.ResolvedColumn;
import dev.corrosion.query.SelectParts.Output;
import dev.corrosion.query.grammar.SQLiteParser.Function_callContext;
import dev.corrosion.query.grammar.SQLiteParser.Ordering_termContext;
import dev.corrosion.query.grammar.SQLiteParser.Primary_columnContext;
import dev.corrosion.query.grammar.SQLiteParser.Primary_literalContext;
import dev.corrosion.query.grammar.SQLiteParser.Result_columnContext;
import dev.corrosion.store.SqlToken;
import dev.corrosion.store.SqlToken.Kind;
import dev.corrosion.store.SqlTokenizer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.tree.ParseTree;

/** Reads the GROUP BY of a query, and whether its result is determined by the groups alone. */
final class Grouping {

    private static final Set<String> ANY_ARGUMENT = Set.of("count", "sum", "total", "avg");
    private static final Set<String> ONE_OF_THE_VALUES = Set.of("min", "max");

    private final Connection connection;
    private final Catalog catalog;
    private final SelectParts parts;
    private final List<ParserRuleContext> groups = new ArrayList<>();
    private final Set<String> normal = new HashSet<>();
    private final Set<ResolvedColumn> columns = new HashSet<>();

    Grouping(Connection connection, Catalog catalog, SelectParts parts) {
        this.connection = connection;
        this.catalog = catalog;
        this.parts = parts;
        for (ParserRuleContext term : parts.core().group_by) {
            ParserRuleContext group = expression(term);
            groups.add(group);
            normal.add(normal(group));
            if (Expressions.unwrap(group) instanceof Primary_columnContext column) {
                Expressions.resolve(column, parts.sources()).ifPresent(columns::add);
            }
        }
    }

    List<String> expressions() {
        return groups.stream().map(parts.parsed()::text).toList();
    }

    /** GROUP BY and HAVING. */
    String clause() {
        String terms = parts.core().group_by.stream().map(parts.parsed()::text).collect(Collectors.joining(", "));
        return " GROUP BY " + terms
                + (parts.core().having == null
                        ? ""
                        : " HAVING " + parts.parsed().text(parts.core().having));
    }

    /**
     * Nothing in the result may depend on the order in which the rows of a group are read.
     *
     * @throws NotFollowed if it does
     */
    void requireDetermined() throws SQLException {
        for (Result_columnContext item : parts.core().result_column()) {
            if (item.expr() == null) {
                throw new NotFollowed("it groups, but shows all columns");
            }
            require(item.expr());
        }
        if (parts.core().having != null) {
            require(parts.core().having);
        }
        for (Ordering_termContext term : ParsedSelect.all(parts.statement(), Ordering_termContext.class)) {
            require(term.expr());
        }
    }

    /** What a term of GROUP BY stands for: a column's number, a name that the query gives, or itself. */
    private ParserRuleContext expression(ParserRuleContext term) {
        BareTerm bare = BareTerm.of(parts.parsed(), term);
        ParserRuleContext at = bare.core();
        List<Result_columnContext> items = parts.core().result_column();
        if (at instanceof Primary_literalContext literal) {
            String text = literal.getText();
            if (bare.collations().isEmpty()
                    && text.matches("[0-9]{1,4}")
                    && items.stream().allMatch(item -> item.expr() != null)) {
                int number = Integer.parseInt(text);
                if (number > 0 && number <= items.size()) {
                    return items.get(number - 1).expr();
                }
            }
            throw new NotFollowed("it groups by a constant");
        }
        if (at instanceof Primary_columnContext column
                && bare.collations().isEmpty()
                && column.table == null
                && !isColumn(column)) {
            for (int i = 0; i < parts.outputs().size() && i < items.size(); i++) {
                Output output = parts.outputs().get(i);
                if (items.get(i).expr() != null
                        && Expressions.columnName(column).equalsIgnoreCase(output.alias())) {
                    return items.get(i).expr();
                }
            }
        }
        for (SqlToken token : SqlTokenizer.tokenize(parts.parsed().text(term))) {
            if (parts.aliases().contains(Catalog.lower(token.name()))
                    && parts.sources().stream()
                            .noneMatch(s -> s.table().column(token.name()).isPresent())) {
                throw new NotFollowed(
                        "it groups by an expression of " + token.name() + ", a name that it gives itself");
            }
        }
        return term;
    }

    private boolean isColumn(Primary_columnContext name) {
        return parts.sources().stream()
                .anyMatch(source ->
                        source.table().column(Expressions.columnName(name)).isPresent());
    }

    private void require(ParseTree part) throws SQLException {
        if (part instanceof ParserRuleContext rule && isGroup(rule)) {
            return;
        }
        if (part instanceof Function_callContext call && Aggregates.is(call, catalog)) {
            requireOrderless(call);
            return;
        }
        if (part instanceof Primary_columnContext column) {
            boolean alias = column.table == null
                    && !isColumn(column)
                    && parts.aliases().contains(Catalog.lower(Expressions.columnName(column)));
            if (!alias) {
                throw new NotFollowed("it shows " + column.getText() + ", of which a group may have several values");
            }
        }
        for (int i = 0; i < part.getChildCount(); i++) {
            require(part.getChild(i));
        }
    }

    private boolean isGroup(ParserRuleContext part) {
        if (Expressions.unwrap(part) instanceof Primary_columnContext column) {
            Optional<ResolvedColumn> resolved = Expressions.resolve(column, parts.sources());
            if (resolved.isPresent()) {
                return columns.contains(resolved.get());
            }
        }
        return normal.contains(normal(part));
    }

    private void requireOrderless(Function_callContext call) throws SQLException {
        String name = Expressions.functionName(call);
        boolean distinct = call.distinct() != null;
        if (ANY_ARGUMENT.contains(name) && (!distinct || name.equals("count"))) {
            return;
        }
        if (ONE_OF_THE_VALUES.contains(name)
                && Expressions.unwrap(call.expr(0)) instanceof Primary_columnContext column) {
            Optional<ResolvedColumn> resolved = Expressions.resolve(column, parts.sources());
            if (resolved.isPresent()
                    && resolved.get().column().affinity() != Affinity.BLOB
                    && SortOrder.collations(
                                    connection,
                                    parts.from(),
                                    List.of(parts.parsed().text(column)))
                            .equals(Optional.of(List.of(Collation.BINARY)))) {
                return;
            }
        }
        throw new NotFollowed(name + " may depend on the order in which rows are read");
    }

    /** The words of an expression, without what SQLite does not look at. */
    private String normal(ParserRuleContext expression) {
        ParserRuleContext at = Expressions.unwrap(expression);
        return SqlTokenizer.tokenize(parts.parsed().text(at)).stream()
                .map(token -> token.kind() == Kind.LITERAL ? token.text() : Catalog.lower(token.name()))
                .collect(Collectors.joining(" "));
    }
}
