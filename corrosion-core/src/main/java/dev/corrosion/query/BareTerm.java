package dev.corrosion.query;

import dev.corrosion.query.grammar.SQLiteParser.Function_callContext;
import dev.corrosion.query.grammar.SQLiteParser.Primary_functionContext;
import dev.corrosion.query.grammar.SQLiteParser.Primary_literalContext;
import dev.corrosion.query.grammar.SQLiteParser.Relation_collateContext;
import dev.corrosion.query.grammar.SQLiteParser.Relation_signContext;
import java.util.Set;
import org.antlr.v4.runtime.ParserRuleContext;

/**
 * A term of ORDER BY or GROUP BY as SQLite looks at it to find out whether it is the number or the name of a column of the
 * result: without the collations that are put on it.
 *
 * @param collations as they follow it
 */
record BareTerm(ParserRuleContext core, String collations) {

    private static final Set<String> LOOKED_THROUGH = Set.of("likely", "unlikely", "likelihood");

    /** @throws NotFollowed if the term is a number or name in a form that is not taken apart */
    static BareTerm of(ParsedSelect parsed, ParserRuleContext term) {
        StringBuilder collations = new StringBuilder();
        ParserRuleContext at = Expressions.unwrap(term);
        while (at instanceof Relation_collateContext collate) {
            collations.insert(0, " COLLATE " + parsed.text(collate.name()));
            at = Expressions.unwrap(collate.relation());
        }
        if (at instanceof Relation_signContext sign
                && Expressions.unwrap(sign.relation()) instanceof Primary_literalContext) {
            throw new NotFollowed("it orders or groups by a number with a sign");
        }
        if (at instanceof Primary_functionContext function && isLookedThrough(function.function_call())) {
            throw new NotFollowed("it orders or groups by a likelihood");
        }
        return new BareTerm(at, collations.toString());
    }

    /** What the term stands for, with its collations. */
    String collated(String expression) {
        return collations.isEmpty() ? expression : "(" + expression + ")" + collations;
    }

    private static boolean isLookedThrough(Function_callContext call) {
        return LOOKED_THROUGH.contains(Expressions.functionName(call));
    }
}
