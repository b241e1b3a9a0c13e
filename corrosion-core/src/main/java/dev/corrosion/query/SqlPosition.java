package dev.corrosion.query;

import dev.corrosion.CorrosionException;
import dev.corrosion.store.SqlToken;
import dev.corrosion.store.SqlTokenizer;
import java.util.List;

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

    /**
     * Offset of the first place with this name, which may be quoted there; -1 if there is none.
     *
     * @param name of something, perhaps with that of its table before it
     */
    static int ofName(String sql, String name) {
        String[] parts = name.split("\\.", -1);
        List<SqlToken> tokens = SqlTokenizer.tokenize(sql);
        for (int i = 0; i < tokens.size(); i++) {
            int at = i;
            int part = 0;
            while (part < parts.length
                    && at < tokens.size()
                    && tokens.get(at).name().equalsIgnoreCase(parts[part])) {
                at += 2; // the dot between them
                part++;
            }
            if (part == parts.length) {
                return tokens.get(i).start();
            }
        }
        return parts.length == 1 ? -1 : ofName(sql, parts[parts.length - 1]);
    }
}
