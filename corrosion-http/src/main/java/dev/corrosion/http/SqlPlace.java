package dev.corrosion.http;

import dev.corrosion.CorrosionException;
import dev.corrosion.store.SqlToken;
import dev.corrosion.store.SqlTokenizer;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where in a statement the thing is that SQLite complains about, which it tells to C programs only. */
final class SqlPlace {

    private static final Pattern INCOMPLETE = Pattern.compile("\\bincomplete input\\b");

    /** What names a piece of the text. */
    private static final List<Pattern> NAMING = List.of(
            Pattern.compile("near \"(.+?)\": syntax error"),
            Pattern.compile("no such (?:table|column|function): ([^\\s()]+)"),
            Pattern.compile("has no column named ([^\\s()]+)"),
            Pattern.compile("ambiguous column name: ([^\\s()]+)"));

    private SqlPlace() {}

    /** Such as {@code "line 1, column 8: "}, or nothing if the place is not certain, since what is named occurs twice. */
    static String before(String sql, String reason) {
        if (INCOMPLETE.matcher(reason).find()) {
            return place(sql, sql.length());
        }
        for (Pattern pattern : NAMING) {
            Matcher naming = pattern.matcher(reason);
            if (naming.find()) {
                String name = naming.group(1).substring(naming.group(1).lastIndexOf('.') + 1);
                List<SqlToken> found = tokens(sql).stream()
                        .filter(token -> token.name().equalsIgnoreCase(name))
                        .toList();
                return found.size() == 1 ? place(sql, found.get(0).start()) : "";
            }
        }
        return "";
    }

    private static List<SqlToken> tokens(String sql) {
        try {
            return SqlTokenizer.tokenize(sql);
        } catch (CorrosionException e) {
            return List.of(); // it cannot be cut, so nothing is found in it
        }
    }

    private static String place(String sql, int at) {
        int lineStart = sql.lastIndexOf('\n', at - 1) + 1;
        return "line " + SqlTokenizer.line(sql, at) + ", column " + (1 + sql.codePointCount(lineStart, at)) + ": ";
    }
}
