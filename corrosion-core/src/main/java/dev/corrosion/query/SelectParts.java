package dev.corrosion.query;

import dev.corrosion.query.grammar.SQLiteParser.Function_callContext;
import dev.corrosion.query.grammar.SQLiteParser.In_tableContext;
import dev.corrosion.query.grammar.SQLiteParser.Over_clauseContext;
import dev.corrosion.query.grammar.SQLiteParser.Result_columnContext;
import dev.corrosion.query.grammar.SQLiteParser.Select_coreContext;
import dev.corrosion.query.grammar.SQLiteParser.Select_stmtContext;
import dev.corrosion.query.grammar.SQLiteParser.SubqueryContext;
import dev.corrosion.store.SqlNames;
import dev.corrosion.store.SqlToken;
import dev.corrosion.store.SqlTokenizer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.antlr.v4.runtime.ParserRuleContext;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a SELECT whose rows can be followed: one SELECT from tables with keys, without subqueries and windows.
 *
 * @param outputs the columns of the result, {@code *} taken apart
 * @param conjuncts what WHERE joins by AND, if SQLite reads it in the same way; else all of WHERE; empty without WHERE
 */
record SelectParts(
        ParsedSelect parsed,
        Select_stmtContext statement,
        Select_coreContext core,
        List<Source> sources,
        List<Output> outputs,
        List<ParserRuleContext> conjuncts) {

    /**
     * A column of the result.
     *
     * @param expression its text
     * @param alias the name by which ORDER BY may mean it, if there is one
     */
    record Output(String expression, @Nullable String alias) {}

    /** @throws NotFollowed if it is something else */
    static SelectParts of(Connection connection, Catalog catalog, String sql) throws SQLException {
        ParsedSelect parsed = ParsedSelect.parse(sql);
        Select_stmtContext statement = parsed.tree().select_stmt();
        requireSimple(statement);
        Select_coreContext core = statement.select_core();
        List<Source> sources = new FromClause(parsed, catalog, aliases(core)).read(core.join_clause());
        SelectParts parts = new SelectParts(
                parsed, statement, core, sources, outputs(parsed, core, sources), conjuncts(connection, parsed, core));
        parts.requireNoHiddenAlias();
        return parts;
    }

    String items() {
        List<Result_columnContext> columns = core.result_column();
        return String.join(", ", columns.stream().map(parsed::text).toList());
    }

    String from() {
        return parsed.text(core.join_clause());
    }

    /** The condition in parentheses, null if there is none. */
    @Nullable String where() {
        return core.where == null ? null : "(" + parsed.text(core.where) + ")";
    }

    /** The highest number of a parameter; all are of the form {@code ?1}. */
    int parameters() {
        return SqlTokenizer.tokenize(parsed.sql()).stream()
                .filter(token -> token.kind() == SqlToken.Kind.PARAMETER)
                .mapToInt(token -> Integer.parseInt(token.text().substring(1)))
                .max()
                .orElse(0);
    }

    Set<String> aliases() {
        return aliases(core);
    }

    private static void requireSimple(Select_stmtContext statement) {
        if (statement.with_clause() != null) {
            throw new NotFollowed("it has a WITH clause");
        }
        if (statement.values_clause() != null) {
            throw new NotFollowed("it is a list of VALUES");
        }
        if (statement.compound_operator() != null) {
            throw new NotFollowed("it is made of several SELECTs by "
                    + statement.compound_operator().getStart().getText().toUpperCase(Locale.ROOT));
        }
        Select_coreContext core = statement.select_core();
        if (core.distinct() != null) {
            throw new NotFollowed("it is DISTINCT");
        }
        if (statement.limit_stmt() != null) {
            throw new NotFollowed("it has a LIMIT");
        }
        if (core.window_clause() != null
                || !ParsedSelect.all(statement, Over_clauseContext.class).isEmpty()) {
            throw new NotFollowed("it has a window function");
        }
        if (!ParsedSelect.all(statement, SubqueryContext.class).isEmpty()
                || !ParsedSelect.all(statement, In_tableContext.class).isEmpty()) {
            throw new NotFollowed("it has a subquery");
        }
        for (Function_callContext call : ParsedSelect.all(statement, Function_callContext.class)) {
            if (call.order_by_stmt() != null) {
                throw new NotFollowed("it has an aggregate with an order");
            }
        }
        if (core.join_clause() == null) {
            throw new NotFollowed("it reads no table");
        }
    }

    private static Set<String> aliases(Select_coreContext core) {
        Set<String> aliases = new HashSet<>();
        for (Result_columnContext column : core.result_column()) {
            String alias = alias(column);
            if (alias != null) {
                aliases.add(Catalog.lower(alias));
            }
        }
        return aliases;
    }

    private static @Nullable String alias(Result_columnContext column) {
        if (column.alias() != null) {
            return Expressions.unquote(column.alias().getText());
        }
        return column.column_alias() == null
                ? null
                : Expressions.unquote(column.column_alias().getText());
    }

    private static List<Output> outputs(ParsedSelect parsed, Select_coreContext core, List<Source> sources) {
        List<Output> outputs = new ArrayList<>();
        for (Result_columnContext item : core.result_column()) {
            if (item.expr() != null) {
                outputs.add(new Output(parsed.text(item.expr()), alias(item)));
                continue;
            }
            for (Source source : sources) {
                if (item.name() == null
                        || Expressions.unquote(item.name().getText()).equalsIgnoreCase(source.alias())) {
                    source.table().columns().stream()
                            .filter(column -> !column.hidden())
                            .map(column -> new Output(
                                    SqlNames.quote(source.alias()) + "." + SqlNames.quote(column.name()),
                                    column.name()))
                            .forEach(outputs::add);
                }
            }
        }
        return List.copyOf(outputs);
    }

    /** SQLite decides whether the conditions are what WHERE means: both must compile to the same program. */
    private static List<ParserRuleContext> conjuncts(
            Connection connection, ParsedSelect parsed, Select_coreContext core) throws SQLException {
        if (core.where == null) {
            return List.of();
        }
        List<ParserRuleContext> conjuncts = Expressions.conjuncts(core.where);
        String from = "SELECT 1 FROM " + parsed.text(core.join_clause()) + " WHERE ";
        String joined = String.join(
                " AND ",
                conjuncts.stream().map(part -> "(" + parsed.text(part) + ")").toList());
        try {
            if (Program.of(connection, from + parsed.text(core.where)).equals(Program.of(connection, from + joined))) {
                return conjuncts;
            }
        } catch (SQLException e) {
            throw new NotFollowed("its WHERE names a column of the result");
        }
        return List.of(core.where);
    }

    /** In a shorter query, a name that is quoted would silently become a text where its column is missing. */
    private void requireNoHiddenAlias() {
        Set<String> aliases = aliases();
        List<SqlToken> tokens = new ArrayList<>();
        if (core.where != null) {
            tokens.addAll(SqlTokenizer.tokenize(parsed.text(core.where)));
        }
        SqlTokenizer.tokenize(from()).stream()
                .filter(token -> token.kind() == SqlToken.Kind.QUOTED)
                .forEach(tokens::add);
        for (SqlToken token : tokens) {
            if (aliases.contains(Catalog.lower(token.name()))
                    && sources.stream()
                            .noneMatch(source ->
                                    source.table().column(token.name()).isPresent())) {
                throw new NotFollowed("its conditions use " + token.name() + ", a name that it gives itself");
            }
        }
    }
}
