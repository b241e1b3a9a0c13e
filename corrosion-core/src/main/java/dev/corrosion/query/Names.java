package dev.corrosion.query;

import dev.corrosion.store.SqlToken;
import dev.corrosion.store.SqlToken.Kind;
import dev.corrosion.store.SqlTokenizer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * All words of a query and of the views that it names, in lower case. A column can be read only if its name is among them,
 * or if something stands for all columns of a table; no syntax is looked at, so there is none that could be misunderstood.
 */
final class Names {

    private final Set<String> words = new HashSet<>();
    private final List<String> texts = new ArrayList<>();
    private boolean allColumns;

    private Names() {}

    static Names of(String sql, Catalog catalog) {
        Names names = new Names();
        names.add(sql, catalog);
        return names;
    }

    /** The query and the views that it names. */
    List<String> texts() {
        return texts;
    }

    /** Those columns of a table that may be read. */
    Set<String> columnsOf(String table, Catalog catalog) {
        Set<String> read = new TreeSet<>();
        boolean generated = false;
        for (Column column : catalog.table(table).map(Table::columns).orElse(List.of())) {
            String name = Catalog.lower(column.name());
            if (words.contains(name)) {
                read.add(name);
                generated |= column.generated(); // computed from columns that the query need not name
            }
        }
        return allColumns || generated ? all(table, catalog) : read;
    }

    /** All columns of a table. */
    static Set<String> all(String table, Catalog catalog) {
        Set<String> all = new TreeSet<>();
        catalog.table(table)
                .map(Table::columns)
                .orElse(List.of())
                .forEach(column -> all.add(Catalog.lower(column.name())));
        return all;
    }

    private void add(String sql, Catalog catalog) {
        texts.add(sql);
        List<SqlToken> tokens = SqlTokenizer.tokenize(sql);
        for (int i = 0; i < tokens.size(); i++) {
            SqlToken token = tokens.get(i);
            if (token.kind() == Kind.SYMBOL && token.text().equals("*") && !isCount(tokens, i)) {
                allColumns = true;
            }
            // NATURAL JOIN compares columns, and IN table reads one, without their names
            if (token.is("NATURAL") || (token.is("IN") && !isSymbol(tokens, i + 1, "("))) {
                allColumns = true;
            }
            Optional<String> name = name(token);
            if (name.isPresent() && words.add(name.get())) {
                String view = catalog.view(name.get());
                if (view != null) {
                    add(view, catalog);
                }
            }
        }
    }

    /** SQLite takes a text for a name where only a name can be. */
    private static Optional<String> name(SqlToken token) {
        return switch (token.kind()) {
            case WORD, QUOTED -> Optional.of(Catalog.lower(token.name()));
            case LITERAL ->
                Optional.of(Catalog.lower(
                        token.text().substring(1, token.text().length() - 1).replace("''", "'")));
            case NUMBER, PARAMETER, SEMICOLON, SYMBOL -> Optional.empty();
        };
    }

    private static boolean isCount(List<SqlToken> tokens, int star) {
        return star >= 2
                && tokens.get(star - 2).is("count")
                && isSymbol(tokens, star - 1, "(")
                && isSymbol(tokens, star + 1, ")");
    }

    private static boolean isSymbol(List<SqlToken> tokens, int index, String symbol) {
        return index < tokens.size()
                && tokens.get(index).kind() == Kind.SYMBOL
                && tokens.get(index).text().equals(symbol);
    }
}
