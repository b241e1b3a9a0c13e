package dev.corrosion.query;

import dev.corrosion.CorrosionException;
import dev.corrosion.Statement;
import dev.corrosion.store.PreparedStatements;
import dev.corrosion.store.SqlValues;
import dev.corrosion.store.Statements;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Analyses queries and makes their evaluations, which share analyses by text and prepared statements by connection.
 *
 * <p>Thread-safe, as long as each connection is used by one thread at a time.
 */
public final class QueryEngine {

    /** Analyses that are kept beside those in use. */
    static final int MAX_ANALYSES = 1024;

    private final int maxRows;
    private final StatementCache statements = new StatementCache();
    private final LinkedHashMap<String, QueryAnalysis> analyses = new LinkedHashMap<>(64, 0.75f, true);
    private @Nullable Catalog catalog;

    /** @param maxRows how many rows a result may have, since it is kept in memory */
    public QueryEngine(int maxRows) {
        this.maxRows = maxRows;
    }

    /**
     * What can be said of a query.
     *
     * @throws CorrosionException if it is not exactly one query that SQLite accepts and whose result depends on nothing but
     *     the rows; the message says where in the text
     */
    public QueryAnalysis analyze(Connection connection, Statement query) throws SQLException {
        Catalog schema = catalog(connection);
        synchronized (this) {
            QueryAnalysis known = analyses.get(query.sql());
            if (known != null && known.schemaVersion() == schema.version()) {
                return known;
            }
        }
        QueryAnalysis made = analyze(connection, schema, query);
        synchronized (this) {
            analyses.put(query.sql(), made);
            if (analyses.size() > MAX_ANALYSES) {
                analyses.remove(analyses.keySet().iterator().next());
            }
        }
        return made;
    }

    /**
     * An evaluation of a query with its parameters, which has not started.
     *
     * @throws CorrosionException as {@link #analyze}, or if the parameters do not fit
     */
    public Evaluation evaluation(Connection connection, Statement query) throws SQLException {
        QueryAnalysis analysis = analyze(connection, query);
        List<@Nullable Object> values =
                sqliteValues(connection, Statements.requireQuery(query).parameters());
        if (analysis.readsDates() && values.stream().anyMatch(value -> value != null && Determinism.isNow(value))) {
            throw new CorrosionException(
                    "a parameter is 'now' and the query calls a function of time, so its result may"
                            + " change without any row having changed; give the time itself");
        }
        return new Evaluation(this, query, analysis, new QueryRun(statements, values, maxRows));
    }

    /** The prepared statements of a connection, for who reads on it beside the evaluations. */
    public PreparedStatements statements(Connection connection) throws SQLException {
        return statements.of(connection);
    }

    StatementCache statements() {
        return statements;
    }

    /** The schema as the connection sees it. */
    Catalog catalog(Connection connection) throws SQLException {
        long version = schemaVersion(connection);
        synchronized (this) {
            if (catalog != null && catalog.version() == version) {
                return catalog;
            }
        }
        Catalog read = Catalog.read(connection);
        synchronized (this) {
            catalog = read;
        }
        return read;
    }

    long schemaVersion(Connection connection) throws SQLException {
        try (ResultSet row = statements.get(connection, "PRAGMA schema_version").executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    private static QueryAnalysis analyze(Connection connection, Catalog schema, Statement query) throws SQLException {
        Program program = new SqlCheck(connection, query.sql()).compile();
        Names names = Names.of(query.sql(), schema);
        Determinism determinism = new Determinism(query.sql(), program);
        determinism.require(names.texts());
        String sql = Statements.requireQuery(query).sql();
        ReadSet readSet = ReadSet.of(program, schema, names);
        List<String> columns = new ArrayList<>();
        Map<String, Integer> origins = new HashMap<>();
        try (PreparedStatement prepared = connection.prepareStatement(sql)) {
            ResultSetMetaData metaData = prepared.getMetaData();
            for (int i = 1; i <= metaData.getColumnCount(); i++) {
                columns.add(metaData.getColumnLabel(i));
                String table = metaData.getTableName(i);
                if (table != null && !table.isEmpty()) {
                    origins.putIfAbsent(Catalog.lower(table + "." + metaData.getColumnLabel(i)), i - 1);
                }
            }
        }
        RerunPlan rerun =
                new RerunPlan(sql, List.copyOf(columns), keyColumns(schema, readSet, origins), "it always works");
        return new QueryAnalysis(
                sql,
                columns,
                readSet,
                Plan.of(connection, schema, sql, rerun),
                rerun,
                determinism.readsDates(),
                schema.version());
    }

    /** Columns of the result that hold the key of every table read, or none. */
    private static List<Integer> keyColumns(Catalog schema, ReadSet readSet, Map<String, Integer> origins) {
        List<Integer> found = new ArrayList<>();
        for (String table : readSet.tables()) {
            for (KeyColumn key : schema.table(table).map(Table::key).orElse(List.of())) {
                Integer column = origins.get(Catalog.lower(table + "." + key.name()));
                if (column == null) {
                    return List.of();
                }
                found.add(column);
            }
        }
        return List.copyOf(found);
    }

    /** The values as SQLite has them: an Integer is a Long, a time its text. */
    private List<@Nullable Object> sqliteValues(Connection connection, List<@Nullable Object> values)
            throws SQLException {
        List<@Nullable Object> converted = new ArrayList<>(values.size());
        if (!values.isEmpty()) {
            PreparedStatement select = statements.get(connection, "SELECT ?1");
            for (Object value : values) {
                SqlValues.bind(select, 1, value);
                try (ResultSet row = select.executeQuery()) {
                    row.next();
                    converted.add(SqlValues.read(row, 1));
                }
            }
        }
        return Collections.unmodifiableList(converted);
    }
}
