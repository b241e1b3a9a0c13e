package dev.corrosion.schema;

import dev.corrosion.store.SqlToken;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The text of a CREATE TABLE statement, taken apart as far as its commas.
 *
 * @param definitions columns and table constraints
 * @param options what follows the closing parenthesis, in one form
 */
record TableBody(List<Definition> definitions, String options) {

    private static final Set<String> CONSTRAINTS = Set.of("CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN");

    /** A column or a table constraint. */
    record Definition(List<SqlToken> tokens) {

        boolean isConstraint() {
            return first().kind() == SqlToken.Kind.WORD
                    && CONSTRAINTS.contains(first().text().toUpperCase(Locale.ROOT));
        }

        SqlToken first() {
            return tokens.get(0);
        }

        boolean isColumn(String name) {
            return !isConstraint() && first().name().equalsIgnoreCase(name);
        }

        /** As written. */
        String text(String sql) {
            return sql.substring(
                    tokens.get(0).start(), tokens.get(tokens.size() - 1).end());
        }

        /** Equal for definitions that differ in spaces, comments, case or quotes only. */
        String normal() {
            return normalize(tokens);
        }
    }

    /** @param tokens of the whole statement */
    static TableBody of(List<SqlToken> tokens) {
        List<Definition> definitions = new ArrayList<>();
        List<SqlToken> definition = new ArrayList<>();
        int depth = 0;
        int at = 0;
        for (; at < tokens.size(); at++) {
            SqlToken token = tokens.get(at);
            boolean open = token.is("(");
            boolean close = token.is(")");
            depth += open ? 1 : close ? -1 : 0;
            if (close && depth == 0) {
                break;
            }
            if (depth == 1 && token.is(",")) {
                definitions.add(new Definition(definition));
                definition = new ArrayList<>();
            } else if (depth > 1 || (depth == 1 && !open)) {
                definition.add(token);
            }
        }
        if (!definition.isEmpty()) {
            definitions.add(new Definition(definition));
        }
        List<SqlToken> rest = tokens.subList(Math.min(at + 1, tokens.size()), tokens.size());
        return new TableBody(definitions, normalize(rest));
    }

    static String normalize(List<SqlToken> tokens) {
        return tokens.stream()
                .map(token -> token.kind() == SqlToken.Kind.LITERAL
                        ? token.text()
                        : token.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(" "));
    }

    Optional<Definition> column(String name) {
        return definitions.stream().filter(one -> one.isColumn(name)).findFirst();
    }
}
