package dev.corrosion.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corrosion.ActorId;
import dev.corrosion.Row;
import dev.corrosion.query.OracleQueries.OracleQuery;
import dev.corrosion.store.SqlValues;
import dev.corrosion.store.Statements;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One random history: a schema, queries that are followed, and transactions; after each the queries run again. */
final class OracleWorld implements AutoCloseable {

    private static final int QUERIES = 14;
    private static final int STEPS = 14;
    private static final int MAX_ROWS = 100_000;

    /** A query that is followed, and what has been told of it. */
    private static final class Followed {
        private final OracleQuery query;
        private final Evaluation evaluation;
        private final Map<Long, Row> told = new HashMap<>();
        private final Set<Long> ids = new HashSet<>();

        /** What it has still to be updated with, since it was left out once. */
        private @Nullable ChangedRows missed;

        Followed(OracleQuery query, Evaluation evaluation) {
            this.query = query;
            this.evaluation = evaluation;
        }

        @Override
        public String toString() {
            return query.statement() + " [" + evaluation.analysis() + "]";
        }
    }

    private final Random random;
    private final OracleSchema schema;
    private final OracleWrites writes;
    private final Connection connection;
    private final QueryEngine engine = new QueryEngine(MAX_ROWS);
    private final QueryRouter router = new QueryRouter(engine);
    private final List<Followed> followed = new ArrayList<>();
    private final Map<Integer, Integer> tiers = new TreeMap<>();
    private final List<String> history = new ArrayList<>();
    private final Set<Cause> allCauses = new HashSet<>();
    private long version;
    private int rejected;
    private int givenUp;

    OracleWorld(long seed) throws SQLException {
        random = new Random(seed);
        schema = OracleSchema.random(random);
        writes = new OracleWrites(random, schema);
        connection = DriverManager.getConnection("jdbc:sqlite::memory:");
        for (String ddl : schema.ddl(random)) {
            execute(ddl);
        }
    }

    /** How many queries there were of each tier; 0 are those that SQLite rejected, 9 those given up on the way. */
    Map<Integer, Integer> tiers() {
        Map<Integer, Integer> counted = new TreeMap<>(tiers);
        counted.put(0, rejected);
        counted.put(9, givenUp);
        return counted;
    }

    void run() throws SQLException {
        try {
            int rows = random.nextInt(4) == 0 ? 80 : 16;
            for (int i = 0; i < rows; i++) {
                change();
            }
            for (int i = 0; i < QUERIES; i++) {
                follow(new OracleQueries(random, schema).next());
            }
            for (int step = 0; step < STEPS; step++) {
                step();
            }
        } catch (AssertionError | RuntimeException | SQLException e) {
            throw new AssertionError(e.getMessage() + "\n" + String.join(";\n", history), e);
        }
        givenUp = (int) followed.stream()
                .filter(each ->
                        each.evaluation.tier() != each.evaluation.analysis().tier())
                .count();
    }

    private void follow(OracleQuery query) throws SQLException {
        try {
            rerun(query);
        } catch (SQLException e) {
            rejected++;
            return;
        }
        Followed added = new Followed(query, engine.evaluation(connection, query.statement()));
        router.register(added.evaluation);
        List<ResultRow> rows = added.evaluation.start(connection);
        for (ResultRow row : rows) {
            assertThat(added.ids.add(row.id()))
                    .as("%s: id %s is unique", added, row)
                    .isTrue();
            added.told.put(row.id(), row.row());
        }
        tiers.merge(added.evaluation.tier(), 1, Integer::sum);
        followed.add(added);
        check(added);
    }

    private void step() throws SQLException {
        ChangedRows changed = ChangedRows.NONE;
        Set<Cause> causes = new HashSet<>();
        int transactions = 1 + random.nextInt(2);
        for (int i = 0; i < transactions; i++) {
            OracleContents before = OracleContents.of(connection, schema);
            Cause cause = new Cause(new ActorId(new UUID(1, 2)), ++version);
            causes.add(cause);
            allCauses.add(cause);
            int changes = random.nextInt(4) == 0 ? 8 : 1 + random.nextInt(2);
            execute("BEGIN");
            for (int j = 0; j < changes; j++) {
                change();
            }
            execute("COMMIT");
            if (random.nextInt(40) == 0) {
                execute("CREATE TABLE other" + version + " (x)");
            }
            changed = changed.then(before.difference(OracleContents.of(connection, schema), cause, random));
        }
        history.add("-- changed " + changed.tables());
        Set<Evaluation> updated = new HashSet<>();
        for (Routed routed : router.route(connection, changed)) {
            for (Followed each : List.copyOf(followed)) {
                if (each.evaluation == routed.evaluation()) {
                    assertThat(updated.add(each.evaluation))
                            .as("%s is routed once", each)
                            .isTrue();
                    update(each, routed.changed(), causes);
                }
            }
        }
        for (Followed each : List.copyOf(followed)) {
            if (each.missed != null && random.nextBoolean()) {
                ChangedRows all = each.missed.then(changed);
                each.missed = null;
                router.register(each.evaluation);
                update(each, all, allCauses);
            } else if (each.missed != null) {
                each.missed = each.missed.then(changed);
            }
        }
        List.copyOf(followed).forEach(this::checkOrLeaveOut);
    }

    private void checkOrLeaveOut(Followed each) {
        if (each.missed != null) {
            return;
        }
        check(each);
        if (random.nextInt(30) == 0) {
            router.unregister(each.evaluation);
            each.missed = ChangedRows.NONE;
        }
    }

    private void update(Followed each, ChangedRows changed, Set<Cause> causes) throws SQLException {
        List<ResultChange> changes;
        try {
            changes = each.evaluation.update(connection, changed);
        } catch (SQLException e) {
            // the query itself may fail with the data as it is, as a sum that is too large does
            router.unregister(each.evaluation);
            followed.remove(each);
            assertThatThrownBy(() -> rerun(each.query))
                    .as("%s fails only where the query does: %s", each, e)
                    .isInstanceOf(SQLException.class);
            return;
        }
        for (ResultChange change : changes) {
            assertThat(causes).as("%s: cause of %s", each, change).contains(change.cause());
            switch (change.type()) {
                case INSERT -> {
                    assertThat(each.ids.add(change.id()))
                            .as("%s: new id of %s", each, change)
                            .isTrue();
                    each.told.put(change.id(), change.row());
                }
                case UPDATE -> {
                    assertThat(each.told.put(change.id(), change.row()))
                            .as("%s: old row of %s", each, change)
                            .isNotNull()
                            .isEqualTo(change.old())
                            .isNotEqualTo(change.row());
                }
                case DELETE ->
                    assertThat(each.told.remove(change.id()))
                            .as("%s: deleted row of %s", each, change)
                            .isNotNull()
                            .isEqualTo(change.row());
            }
        }
    }

    private void check(Followed each) {
        List<Row> expected;
        try {
            expected = rerun(each.query);
        } catch (SQLException e) {
            router.unregister(each.evaluation);
            followed.remove(each);
            return;
        }
        assertThat(each.told.values()).as("%s", each).containsExactlyInAnyOrderElementsOf(expected);
        List<ResultRow> rows = each.evaluation.rows();
        assertThat(rows.stream().collect(Collectors.toMap(ResultRow::id, ResultRow::row)))
                .as("rows of %s", each)
                .isEqualTo(each.told);
        assertThat(each.evaluation.size()).isEqualTo(expected.size());
        if (each.query.ordered()) {
            assertThat(OracleQuery.inOrder(rows.stream().map(ResultRow::row).toList()))
                    .as("order of %s", each)
                    .isEqualTo(OracleQuery.inOrder(expected));
        }
    }

    private List<Row> rerun(OracleQuery query) throws SQLException {
        return Statements.query(connection, query.statement());
    }

    /** One statement that writes; what it violates does not happen. */
    private void change() throws SQLException {
        dev.corrosion.Statement change = writes.next();
        history.add(change.sql() + " " + change.parameters());
        try (PreparedStatement statement = connection.prepareStatement(change.sql())) {
            for (int i = 0; i < change.parameters().size(); i++) {
                SqlValues.bind(statement, i + 1, change.parameters().get(i));
            }
            statement.executeUpdate();
        } catch (SQLException e) {
            history.add("-- " + e.getMessage());
        }
    }

    private void execute(String sql) throws SQLException {
        history.add(sql);
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
