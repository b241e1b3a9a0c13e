package dev.corrosion.query;

import java.util.List;

/** What is known of a query before it runs. Shared by all evaluations of its text. Immutable. */
public final class QueryAnalysis {

    private final String sql;
    private final List<String> columns;
    private final ReadSet readSet;
    private final Plan plan;
    private final RerunPlan rerun;
    private final boolean readsDates;
    private final long schemaVersion;

    QueryAnalysis(
            String sql,
            List<String> columns,
            ReadSet readSet,
            Plan plan,
            RerunPlan rerun,
            boolean readsDates,
            long schemaVersion) {
        this.sql = sql;
        this.columns = List.copyOf(columns);
        this.readSet = readSet;
        this.plan = plan;
        this.rerun = rerun;
        this.readsDates = readsDates;
        this.schemaVersion = schemaVersion;
    }

    /** The query, with numbered parameters. */
    public String sql() {
        return sql;
    }

    /** Names of the result's columns. */
    public List<String> columns() {
        return columns;
    }

    public ReadSet readSet() {
        return readSet;
    }

    /** How the query is followed, from 1, the cheapest, to 4, which is running it again. */
    public int tier() {
        return plan.tier();
    }

    /** In one sentence, what makes the tier that it is. */
    public String reason() {
        return plan.reason();
    }

    Plan plan() {
        return plan;
    }

    RerunPlan rerun() {
        return rerun;
    }

    /** Whether it calls a function that takes the text {@code now} for the present. */
    boolean readsDates() {
        return readsDates;
    }

    long schemaVersion() {
        return schemaVersion;
    }

    @Override
    public String toString() {
        return "tier " + tier() + ": " + reason();
    }
}
