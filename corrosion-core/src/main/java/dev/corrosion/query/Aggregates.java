package dev.corrosion.query;

import dev.corrosion.query.grammar.SQLiteParser.Function_callContext;
import dev.corrosion.store.SqlToken;
import dev.corrosion.store.SqlTokenizer;
import java.util.List;
import org.antlr.v4.runtime.tree.ParseTree;

/** Finds aggregate functions. */
final class Aggregates {

    private Aggregates() {}

    static boolean is(Function_callContext call, Catalog catalog) {
        return catalog.isAggregate(Expressions.functionName(call), call.expr().size());
    }

    static boolean isIn(ParseTree part, Catalog catalog) {
        return ParsedSelect.all(part, Function_callContext.class).stream().anyMatch(call -> is(call, catalog));
    }

    /** Whether a text names a function that is an aggregate with some number of arguments. */
    static boolean isIn(String text, Catalog catalog) {
        List<SqlToken> tokens = SqlTokenizer.tokenize(text);
        for (int i = 0; i + 1 < tokens.size(); i++) {
            String name = Catalog.lower(tokens.get(i).name());
            if (tokens.get(i + 1).is("(") && (catalog.isAggregate(name, 0) || catalog.isAggregate(name, 1))) {
                return true;
            }
        }
        return false;
    }
}
