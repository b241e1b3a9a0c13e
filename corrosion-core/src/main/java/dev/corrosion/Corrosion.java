package dev.corrosion;

import dev.corrosion.spi.CorrosionProvider;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.UUID;
import javax.sql.DataSource;
import reactor.core.publisher.Flux;

/**
 * A node: a full copy of a SQLite database whose replicated tables converge with those of all other nodes.
 *
 * <p>All methods may be called from any thread. {@link #write} and {@link #query} block until SQLite is done, or their timeout;
 * call them from a thread that may wait. The fluxes are cold: nothing runs before they are subscribed to.
 */
public interface Corrosion extends AutoCloseable {

    /**
     * Opens the database, applies the schema, starts to listen and begins to look for the other nodes. Returns when the
     * node is usable by itself; unreachable peers never delay or fail it.
     *
     * @throws SchemaException if the schema is wrong; the database is as it was
     * @throws InsecureClusterException if the address is reachable from other machines and no security is set
     * @throws CorrosionException if the database or the address cannot be used
     */
    static Corrosion open(CorrosionOptions options) {
        return provider().open(options);
    }

    /**
     * What {@link #open} would do to the database to bring it to the declared schema. A dry run: nothing is opened for
     * writing and nothing changes, also if another process has the database open. Rows are not looked at: whether they
     * satisfy a constraint that is new is found out by opening only. Without
     * {@link CorrosionOptions#allowDestructiveSchema}, opening refuses a plan that is destructive; tables that are no
     * longer declared are in the plan only with it.
     *
     * @throws SchemaException if the schema is wrong, or nothing can bring the database to it
     */
    static SchemaPlan plan(CorrosionOptions options) {
        return provider().plan(options);
    }

    /**
     * Loads what the first {@link #open} of a process has to load: native libraries, ciphers, classes. An application that starts
     * with other things may let another thread do so meanwhile, which saves it about half a second. Never needed; nothing
     * stays open.
     *
     * @throws CorrosionException if the node could not be opened here either
     */
    static void preload() {
        provider().preload();
    }

    private static CorrosionProvider provider() {
        return ServiceLoader.load(CorrosionProvider.class, Corrosion.class.getClassLoader())
                .findFirst()
                .orElseThrow(() -> new CorrosionException("no " + CorrosionProvider.class.getName()
                        + " on the class path: if this is a shaded jar, merge META-INF/services"));
    }

    /** The identity of this database. */
    ActorId actorId();

    /**
     * Runs the statements as one atomic transaction, which becomes one version of this actor. Returns when it is
     * committed here; it then travels to the others by itself.
     *
     * @throws WriteException if a statement fails; nothing of the transaction remains
     * @throws CorrosionException if it took longer than {@link CorrosionOptions#writeTimeout}, too many writes are
     *     waiting, or the database cannot be written
     */
    WriteResult write(Statement... statements);

    /**
     * The same, and waits until others have it on their disks.
     *
     * @return which others have said so in time; whether that was enough or not, the transaction is committed
     * @throws WriteException if a statement fails; nothing of the transaction remains
     * @throws CorrosionException as for {@link #write(Statement...)}
     */
    AcknowledgedWrite write(Acknowledgement wanted, Statement... statements);

    /**
     * Waits until a version of any actor is applied here: what {@link #query} returns from then on includes it. For
     * reading here what was written elsewhere; see {@link WriteResult}.
     *
     * @param timeout how long to wait
     * @throws AwaitTimeoutException if it was not here in time
     * @throws CorrosionException if too many calls wait already
     */
    void await(ActorId actorId, long version, Duration timeout);

    /**
     * Runs a query on the last committed state of this node.
     *
     * @throws CorrosionException if it is not a query, fails, or took longer than {@link
     *     CorrosionOptions#queryTimeout}
     */
    List<Row> query(Statement statement);

    /** The same with {@link SubscriptionOptions#DEFAULT}. */
    default Flux<SubscriptionEvent> subscribe(Statement statement) {
        return subscribe(statement, SubscriptionOptions.DEFAULT);
    }

    /**
     * The result of a query, kept up to date. Any SELECT whose result depends on nothing but the rows. Equal queries share
     * their evaluation. Errors of the query are signalled as {@link CorrosionException}. A subscriber that does not keep up
     * fails with {@link SubscriptionLagException}, or gets fewer and larger steps, as it has chosen; never wrong ones.
     */
    Flux<SubscriptionEvent> subscribe(Statement statement, SubscriptionOptions options);

    /**
     * The query of a subscription that {@link SubscriptionOptions#from} may go on with: one that is followed now, or that is
     * durable and known from before. Empty if there is none.
     *
     * @param subscription its id, from {@link SubscriptionEvent.Columns}
     */
    Optional<Statement> subscription(UUID subscription);

    /**
     * Which rows of a replicated table are written, from now on: their keys, and whether they are there. Of several writes of
     * a row, one after the other, the last is told. The cheap form of a subscription; nothing of the table is kept in
     * memory. A subscriber that does not keep up fails with {@link SubscriptionLagException}.
     */
    Flux<TableUpdate> updates(String table);

    /**
     * How a subscription to a query would follow the changes.
     *
     * @throws CorrosionException if it cannot be subscribed to
     */
    SubscriptionPlan explain(Statement statement);

    /**
     * The whole result of a query in its own order, now and again each time it changes. A subscriber that does not keep
     * up gets the latest.
     */
    Flux<List<Row>> live(Statement statement);

    /** All members but this one, now and on every change. A subscriber that does not keep up gets the latest. */
    Flux<List<Member>> members();

    /** The same database for JDBC, with {@link DataSourceOptions#defaults()}. */
    default DataSource dataSource() {
        return dataSource(DataSourceOptions.defaults());
    }

    /**
     * The same database for JDBC: for frameworks that want a {@link DataSource}. A transaction that is committed there
     * becomes a version like one of {@link #write}. It ends with the node; transactions that are open then are rolled
     * back. Its connections need no pool.
     *
     * @throws CorrosionException if the node is closed
     */
    DataSource dataSource(DataSourceOptions options);

    /** What this node knows of itself. Reads the database; for numbers to be taken often there is {@link #operations}. */
    NodeStatus status();

    /**
     * Shuts nodes out, in addition to those of {@link CorrosionOptions#revoked}: links to them are closed, they are no
     * longer members here, and nothing is asked of them or told to them. Until this node is closed; put them into the
     * options as well. Each node shuts out for itself: call it on all of them.
     *
     * @param entries actor ids, serial numbers of certificates in hexadecimal, or SHA-256 fingerprints of certificates
     * @throws IllegalArgumentException if one is none of these, or this node itself
     */
    default void revoke(Collection<String> entries) {
        throw new UnsupportedOperationException("this node cannot revoke others");
    }

    /** For those who operate it. */
    Operations operations();

    /** Says goodbye to the members, finishes what was begun and closes the database. A second call does nothing. */
    @Override
    void close();
}
