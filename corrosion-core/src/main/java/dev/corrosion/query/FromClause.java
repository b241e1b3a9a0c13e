package dev.corrosion.query;

import dev.corrosion.query.grammar.SQLiteParser.Join_clauseContext;
import dev.corrosion.query.grammar.SQLiteParser.Join_constraintContext;
import dev.corrosion.query.grammar.SQLiteParser.Named_tableContext;
import dev.corrosion.query.grammar.SQLiteParser.Table_or_subqueryContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.antlr.v4.runtime.tree.ParseTree;

/** Reads the tables of a FROM clause. */
final class FromClause {

    private static final int MAX_SOURCES = 16;

    private final ParsedSelect parsed;
    private final Catalog catalog;
    private final Set<String> aliases;

    /** @param aliases the names that the query gives its columns, in lower case */
    FromClause(ParsedSelect parsed, Catalog catalog, Set<String> aliases) {
        this.parsed = parsed;
        this.catalog = catalog;
        this.aliases = aliases;
    }

    /** @throws NotFollowed if it is anything but tables with keys, joined by INNER, CROSS and LEFT JOIN */
    List<Source> read(Join_clauseContext clause) {
        List<Source> sources = new ArrayList<>();
        List<Table_or_subqueryContext> tables = clause.table_or_subquery();
        if (tables.size() > MAX_SOURCES) {
            throw new NotFollowed("it joins more than " + MAX_SOURCES + " tables");
        }
        for (int i = 0; i < tables.size(); i++) {
            boolean optional = i > 0 && isLeftJoin(clause.join_operator(i - 1));
            Source source = source(tables.get(i), optional);
            if (sources.stream().anyMatch(other -> other.alias().equalsIgnoreCase(source.alias()))) {
                throw new NotFollowed("two of its tables are called " + source.alias());
            }
            sources.add(source);
        }
        requireFollowable(clause.join_constraint(), sources);
        return List.copyOf(sources);
    }

    private static boolean isLeftJoin(ParseTree operator) {
        StringBuilder words = new StringBuilder();
        for (int i = 0; i < operator.getChildCount(); i++) {
            words.append(operator.getChild(i).getText().toUpperCase(Locale.ROOT))
                    .append(' ');
        }
        return switch (words.toString().strip()) {
            case ",", "JOIN", "INNER JOIN", "CROSS JOIN" -> false;
            case "LEFT JOIN", "LEFT OUTER JOIN" -> true;
            default -> throw new NotFollowed("it has a " + words.toString().strip());
        };
    }

    private Source source(Table_or_subqueryContext item, boolean optional) {
        if (!(item instanceof Named_tableContext named)) {
            throw new NotFollowed("it reads from something that is not a table");
        }
        String name = Expressions.unquote(named.table.getText());
        if (named.schema != null && !Expressions.unquote(named.schema.getText()).equalsIgnoreCase("main")) {
            throw new NotFollowed(name + " is not in the main schema");
        }
        if (named.INDEXED_() != null) {
            throw new NotFollowed("it says which index is to be used");
        }
        Table table = catalog.table(name).orElseThrow(() -> new NotFollowed(name + " is not a table"));
        if (table.key().isEmpty()) {
            throw new NotFollowed(name + " has no primary key");
        }
        String alias = named.as_alias == null ? name : Expressions.unquote(named.as_alias.getText());
        return new Source(alias, table, optional);
    }

    private void requireFollowable(List<Join_constraintContext> constraints, List<Source> sources) {
        Set<Integer> optional =
                sources.stream().filter(Source::optional).map(sources::indexOf).collect(Collectors.toSet());
        for (int i = 0; i < constraints.size(); i++) {
            Join_constraintContext constraint = constraints.get(i);
            if (constraint.USING_() != null) {
                throw new NotFollowed("it has a USING");
            }
            // An inner ON after a LEFT JOIN is one more condition on its result, as WHERE is
            if (constraint.expr() != null && !sources.get(i + 1).optional()) {
                Set<Integer> references = Expressions.references(parsed.text(constraint.expr()), sources, aliases);
                references.retainAll(optional);
                if (!references.isEmpty()) {
                    throw new NotFollowed("an inner JOIN depends on a LEFT JOIN");
                }
            }
        }
    }
}
