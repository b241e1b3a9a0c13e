package dev.corrosion.query;

import dev.corrosion.query.grammar.SQLiteParser.Expr_andContext;
import dev.corrosion.query.grammar.SQLiteParser.Expr_predicateContext;
import dev.corrosion.query.grammar.SQLiteParser.Function_callContext;
import dev.corrosion.query.grammar.SQLiteParser.Predicate_relationContext;
import dev.corrosion.query.grammar.SQLiteParser.Primary_columnContext;
import dev.corrosion.query.grammar.SQLiteParser.Primary_parenthesesContext;
import dev.corrosion.query.grammar.SQLiteParser.Relation_primaryContext;
import dev.corrosion.store.SqlToken;
import dev.corrosion.store.SqlToken.Kind;
import dev.corrosion.store.SqlTokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.antlr.v4.runtime.ParserRuleContext;

/** What can be said of expressions in a query's tree. */
final class Expressions {

    private Expressions() {}

    /** The expression without parentheses around it and without rules that only pass on. */
    static ParserRuleContext unwrap(ParserRuleContext expression) {
        ParserRuleContext at = expression;
        while (true) {
            if (at instanceof Expr_predicateContext part) {
                at = part.predicate();
            } else if (at instanceof Predicate_relationContext part) {
                at = part.relation();
            } else if (at instanceof Relation_primaryContext part) {
                at = part.primary();
            } else if (at instanceof Primary_parenthesesContext part
                    && part.expr().size() == 1) {
                at = part.expr(0);
            } else {
                return at;
            }
        }
    }

    /** The conditions that are joined by AND at the top. */
    static List<ParserRuleContext> conjuncts(ParserRuleContext condition) {
        List<ParserRuleContext> found = new ArrayList<>();
        collectConjuncts(condition, found);
        return found;
    }

    private static void collectConjuncts(ParserRuleContext condition, List<ParserRuleContext> found) {
        ParserRuleContext at = unwrap(condition);
        if (at instanceof Expr_andContext and) {
            and.expr().forEach(part -> collectConjuncts(part, found));
        } else {
            found.add(condition);
        }
    }

    /** The name of a column without its table, as it was written but unquoted. */
    static String columnName(Primary_columnContext column) {
        return unquote(column.column.getText());
    }

    static String unquote(String name) {
        SqlToken token = SqlTokenizer.tokenize(name).get(0);
        if (token.kind() == Kind.LITERAL) {
            return name.substring(1, name.length() - 1).replace("''", "'");
        }
        return token.name();
    }

    static String functionName(Function_callContext call) {
        return Catalog.lower(unquote(call.function_name().getText()));
    }

    /** The table and column that a name means, none if it is something else, such as an alias or a rowid. */
    static Optional<ResolvedColumn> resolve(Primary_columnContext name, List<Source> sources) {
        if (name.schema != null) {
            return Optional.empty();
        }
        String column = columnName(name);
        List<ResolvedColumn> found = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            Source source = sources.get(i);
            if (name.table == null || unquote(name.table.getText()).equalsIgnoreCase(source.alias())) {
                Optional<Column> match = source.table().column(column);
                if (match.isPresent()) {
                    found.add(new ResolvedColumn(i, match.get()));
                }
            }
        }
        return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
    }

    /**
     * Which tables a piece of the text may refer to: those whose name or column occurs in it.
     *
     * @return their positions; all if there is a name that may stand for anything
     */
    static Set<Integer> references(String text, List<Source> sources, Set<String> aliases) {
        Set<Integer> found = new TreeSet<>();
        for (SqlToken token : SqlTokenizer.tokenize(text)) {
            if (token.kind() != Kind.WORD && token.kind() != Kind.QUOTED) {
                continue;
            }
            boolean column = false;
            for (int i = 0; i < sources.size(); i++) {
                Source source = sources.get(i);
                if (source.table().column(token.name()).isPresent()) {
                    found.add(i);
                    column = true;
                } else if (source.alias().equalsIgnoreCase(token.name()) || isRowid(token.name())) {
                    found.add(i);
                }
            }
            if (!column && aliases.contains(Catalog.lower(token.name()))) {
                for (int i = 0; i < sources.size(); i++) {
                    found.add(i);
                }
            }
        }
        return found;
    }

    private static boolean isRowid(String name) {
        return name.equalsIgnoreCase("rowid") || name.equalsIgnoreCase("oid") || name.equalsIgnoreCase("_rowid_");
    }

    /**
     * A column of one of the sources.
     *
     * @param source position of its table
     */
    record ResolvedColumn(int source, Column column) {}
}
