package dev.corrosion;

import java.util.Map;

/** What a node measures the duration of. Each has the name and at most one tag of a meter; several may share the name. */
public enum Timing {
    /** From the commit at the author to that here, of versions that were sent unasked. */
    REPLICATION_PUSHED(
            "corrosion.replication.lag",
            "path",
            "pushed",
            "From the commit at the author to the commit here, by both their clocks"),

    /** The same of versions that anti-entropy has fetched. */
    REPLICATION_FETCHED(
            "corrosion.replication.lag",
            "path",
            "fetched",
            "From the commit at the author to the commit here, by both their clocks"),

    /** From the call of a local write to its turn at the writer. */
    COMMIT_WAIT("corrosion.commit.wait", "", "", "From the call of a local write to its turn at the writer"),

    /** From the call of a local write to its commit. */
    COMMIT("corrosion.commit", "", "", "From the call of a local write to its commit"),

    /** From when a batch of what others wrote is given to the writer to its commit. */
    APPLY("corrosion.apply", "", "", "What a batch of versions of others takes at the writer, its wait included"),

    /** A comparison with a peer, without what is then fetched. */
    SYNC_ROUND("corrosion.sync.round", "result", "completed", "Comparisons with peers"),

    /** A comparison with a peer that broke off. */
    SYNC_ROUND_FAILED("corrosion.sync.round", "result", "failed", "Comparisons with peers"),

    /** A fetch of missing versions from a peer, until they are applied. */
    SYNC_FETCH("corrosion.sync.fetch", "result", "completed", "Fetches of missing versions, until they are applied"),

    /** A fetch that broke off; what had come by then is kept. */
    SYNC_FETCH_FAILED(
            "corrosion.sync.fetch", "result", "failed", "Fetches of missing versions, until they are applied"),

    /** From the commit here to when all queries that follow changed rows were brought up to date. */
    SUBSCRIPTION_LAG("corrosion.subscription.lag", "", "", "From a commit here to when its queries have followed it"),

    /** One evaluation of a query that is subscribed to, in whole or in part. */
    SUBSCRIPTION_EVALUATION(
            "corrosion.subscription.evaluation", "", "", "Evaluations of queries that are subscribed to");

    private final String meter;
    private final String tag;
    private final String value;
    private final String description;

    Timing(String meter, String tag, String value, String description) {
        this.meter = meter;
        this.tag = tag;
        this.value = value;
        this.description = description;
    }

    /** Name of the meter. */
    public String meter() {
        return meter;
    }

    /** What tells it from others with this name; empty or of one entry. */
    public Map<String, String> tags() {
        return tag.isEmpty() ? Map.of() : Map.of(tag, value);
    }

    /** One line, for people; the same for all with this name. */
    public String description() {
        return description;
    }
}
