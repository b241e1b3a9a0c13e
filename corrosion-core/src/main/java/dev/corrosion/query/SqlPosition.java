package dev.corrosion.query;

import dev.corrosion.CorrosionException;
import dev.corrosion.store.SqlToken;
import dev.corrosion.store.SqlTokenizer;

/** Where in a query something is wrong. */
final class SqlPosition {

    private SqlPosition() {}

    /** An error at an offset of the text. */
    static CorrosionException refuse(String sql, int offset, String why) {
        int at = Math.min(offset, sql.length());
        int lineStart = sql.lastIndexOf('\n', at - 1) + 1;
        int column = 1 + sql.codePointCount(lineStart, at);
        return new CorrosionException("line " + SqlTokenizer.line(sql, at) + ", column " + column + ": " + why);
    }

    /** Offset of the first token with this name, as a word or quoted; -1 if there is none. */
    static int ofName(String sql, String name) {
        for (SqlToken token : SqlTokenizer.tokenize(sql)) {
            if (token.is(name) || token.name().equalsIgnoreCase(name)) {
                return token.start();
            }
        }
        return -1;
    }
}
