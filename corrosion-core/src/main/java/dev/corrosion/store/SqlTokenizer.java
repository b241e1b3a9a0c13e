package dev.corrosion.store;

import dev.corrosion.CorrosionException;
import dev.corrosion.store.SqlToken.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts SQL into tokens as SQLite does, without spaces and comments: enough to find statements and parameters, which the
 * driver does not tell. What the tokens mean is left to SQLite.
 */
public final class SqlTokenizer {

    private final String sql;
    private final List<SqlToken> tokens = new ArrayList<>();
    private int at;

    private SqlTokenizer(String sql) {
        this.sql = sql;
    }

    /**
     * The tokens of any number of statements.
     *
     * @throws CorrosionException if a text, name or comment does not end
     */
    public static List<SqlToken> tokenize(String sql) {
        SqlTokenizer tokenizer = new SqlTokenizer(sql);
        while (tokenizer.at < sql.length()) {
            tokenizer.next();
        }
        return tokenizer.tokens;
    }

    private void next() {
        char c = sql.charAt(at);
        if (Character.isWhitespace(c) || c == '\uFEFF') {
            at++;
        } else if (sql.startsWith("--", at)) {
            int end = sql.indexOf('\n', at);
            at = end < 0 ? sql.length() : end + 1;
        } else if (sql.startsWith("/*", at)) {
            int end = sql.indexOf("*/", at + 2);
            at = end < 0 ? sql.length() : end + 2;
        } else if (c == '\'' || ((c == 'x' || c == 'X') && sql.startsWith("'", at + 1))) {
            add(Kind.LITERAL, quotedEnd(c == '\'' ? at : at + 1, '\''));
        } else if (c == '"' || c == '`') {
            add(Kind.QUOTED, quotedEnd(at, c));
        } else if (c == '[') {
            add(Kind.QUOTED, quotedEnd(at, ']'));
        } else if (c == ';') {
            add(Kind.SEMICOLON, at + 1);
        } else if (c == '?' || ((c == ':' || c == '@' || c == '$') && isNamePart(at + 1))) {
            add(Kind.PARAMETER, nameEnd(at + 1));
        } else if (c >= '0' && c <= '9') {
            add(Kind.NUMBER, nameEnd(at + 1));
        } else if (isNamePart(at)) {
            add(Kind.WORD, nameEnd(at + 1));
        } else {
            add(Kind.SYMBOL, at + 1);
        }
    }

    private void add(Kind kind, int end) {
        tokens.add(new SqlToken(kind, sql.substring(at, end), at));
        at = end;
    }

    /** A doubled quote stands for itself; brackets have no such escape. */
    private int quotedEnd(int open, char quote) {
        for (int i = open + 1; i < sql.length(); i++) {
            if (sql.charAt(i) == quote) {
                if (quote != ']' && i + 1 < sql.length() && sql.charAt(i + 1) == quote) {
                    i++;
                } else {
                    return i + 1;
                }
            }
        }
        throw new CorrosionException("line " + line(sql, open) + ": the " + (quote == '\'' ? "text" : "name")
                + " that begins with " + sql.charAt(open) + " has no end");
    }

    private int nameEnd(int from) {
        int end = from;
        while (isNamePart(end)) {
            end++;
        }
        return end;
    }

    /** SQLite takes every character beyond ASCII for part of a name. */
    private boolean isNamePart(int index) {
        if (index >= sql.length()) {
            return false;
        }
        char c = sql.charAt(index);
        return c >= 0x80
                || (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '_'
                || c == '$';
    }

    /** The line of an offset, from 1. */
    public static int line(String sql, int offset) {
        return 1 + (int) sql.substring(0, offset).chars().filter(c -> c == '\n').count();
    }
}
