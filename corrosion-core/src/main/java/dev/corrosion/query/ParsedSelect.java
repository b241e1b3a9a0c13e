package dev.corrosion.query;

import dev.corrosion.query.grammar.SQLiteLexer;
import dev.corrosion.query.grammar.SQLiteParser;
import dev.corrosion.query.grammar.SQLiteParser.ParseContext;
import dev.corrosion.store.SqlToken;
import dev.corrosion.store.SqlTokenizer;
import java.util.ArrayList;
import java.util.List;
import org.antlr.v4.runtime.BaseErrorListener;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Recognizer;
import org.antlr.v4.runtime.misc.ParseCancellationException;
import org.antlr.v4.runtime.tree.ParseTree;
import org.jspecify.annotations.Nullable;

/**
 * The tree of a query. It only serves to find out how the query can be followed; what it means is what SQLite makes of the
 * text, and every piece that is used is a piece of that text.
 */
final class ParsedSelect {

    /** The longest text that is taken apart, in characters. */
    static final int MAX_LENGTH = 64 * 1024;

    /** How deep parentheses may be nested in it: the parser calls itself for each. */
    static final int MAX_DEPTH = 64;

    private final String sql;
    private final ParseContext tree;

    private ParsedSelect(String sql, ParseContext tree) {
        this.sql = sql;
        this.tree = tree;
    }

    /** @throws NotFollowed if the grammar does not know the syntax */
    static ParsedSelect parse(String sql) {
        if (sql.length() > MAX_LENGTH || depth(sql) > MAX_DEPTH) {
            throw new NotFollowed("it is very long or deeply nested");
        }
        Fail fail = new Fail();
        SQLiteLexer lexer = new SQLiteLexer(CharStreams.fromString(sql));
        lexer.removeErrorListeners();
        lexer.addErrorListener(fail);
        SQLiteParser parser = new SQLiteParser(new CommonTokenStream(lexer));
        parser.removeErrorListeners();
        parser.addErrorListener(fail);
        try {
            return new ParsedSelect(sql, parser.parse());
        } catch (ParseCancellationException e) {
            throw new NotFollowed("it has a syntax that is not taken apart, at " + e.getMessage());
        }
    }

    String sql() {
        return sql;
    }

    ParseContext tree() {
        return tree;
    }

    /** The text of a part as it was written. The parser counts code points. */
    String text(ParserRuleContext part) {
        int from = sql.offsetByCodePoints(0, part.getStart().getStartIndex());
        return sql.substring(from, sql.offsetByCodePoints(0, part.getStop().getStopIndex() + 1));
    }

    /** All parts of a kind within a part, itself included. */
    static <T extends ParserRuleContext> List<T> all(ParseTree within, Class<T> kind) {
        List<T> found = new ArrayList<>();
        collect(within, kind, found);
        return found;
    }

    private static int depth(String sql) {
        int depth = 0;
        int deepest = 0;
        for (SqlToken token : SqlTokenizer.tokenize(sql)) {
            depth += token.is("(") || token.is("CASE") ? 1 : token.is(")") || token.is("END") ? -1 : 0;
            deepest = Math.max(deepest, depth);
        }
        return deepest;
    }

    private static <T extends ParserRuleContext> void collect(ParseTree part, Class<T> kind, List<T> found) {
        if (kind.isInstance(part)) {
            found.add(kind.cast(part));
        }
        for (int i = 0; i < part.getChildCount(); i++) {
            collect(part.getChild(i), kind, found);
        }
    }

    private static final class Fail extends BaseErrorListener {
        @Override
        public void syntaxError(
                Recognizer<?, ?> recognizer,
                @Nullable Object symbol,
                int line,
                int column,
                String message,
                @Nullable RecognitionException e) {
            throw new ParseCancellationException("line " + line + ", column " + (column + 1));
        }
    }
}
