package dev.corrosion.crdt;

import dev.corrosion.ActorId;
import dev.corrosion.store.Database;
import dev.corrosion.store.SqlValues;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A database file beside the reference model of it: does everything to both and demands that they stay the same. */
class ModelledSite implements AutoCloseable {

    /** What a step is to leave behind differs between the model and the store, or between sites. */
    static final class DivergedException extends RuntimeException {
        DivergedException(String what) {
            super(what);
        }
    }

    private static final class Undo extends RuntimeException {}

    final Path file;
    ReferenceModel model;
    Database database;
    Replica replica;

    /** A site that merges change by change, as cr-sqlite does. */
    ModelledSite(Path file, ActorId actor, List<ModelTable> tables) {
        this(file, new ReferenceModel(actor, false));
        tables.forEach(this::addTable);
    }

    ModelledSite(Path file, ReferenceModel model) {
        this.file = file;
        this.model = model;
        this.replica = new Replica(() -> model.self);
        this.database = Database.open(file, replica);
    }

    @Override
    public final void close() {
        database.close();
    }

    void reopen() {
        database.close();
        open(() -> {
            throw new AssertionError("the identity is in the file");
        });
        compare();
    }

    final void open(Supplier<ActorId> newActor) {
        replica = new Replica(newActor);
        database = Database.open(file, replica);
    }

    final void addTable(ModelTable table) {
        database.write(c -> {
                    run(c, table.createSql());
                    replica.adopt(c, table.name());
                    return true;
                })
                .join();
        model.create(table);
        compare();
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    final void addColumn(String table) {
        ModelTable.Column added = model.state(table).table.later().get(0);
        database.write(c -> {
                    run(c, "ALTER TABLE " + Sql.name(table) + " ADD COLUMN " + added.sql());
                    replica.refresh(c, table);
                    return true;
                })
                .join();
        model.addColumn(table);
        compare();
    }

    /**
     * Writes; what is recorded reads, right after, as the model says.
     *
     * @param proceed whether the transaction goes on after a statement that failed; else it is rolled back
     * @return the version's changes, in order of seq; empty if there are none
     */
    final List<Change> transaction(List<ModelOp> ops, String ts, boolean proceed, boolean rollBack) {
        ModelTransaction transaction = new ModelTransaction(model, ts);
        long before = model.version;
        try {
            List<Change> recorded = database.write(c -> {
                        replica.begin(ts);
                        for (ModelOp op : ops) {
                            boolean expected = transaction.execute(op);
                            boolean actual = execute(c, op);
                            if (expected != actual) {
                                throw new DivergedException(op + " should have " + (expected ? "succeeded" : "failed"));
                            }
                            if (!actual && !proceed) {
                                throw new Undo();
                            }
                        }
                        if (rollBack) {
                            throw new Undo();
                        }
                        LocalTransaction done = replica.finish();
                        return done.version() == 0
                                ? List.<Change>of()
                                : replica.changes(done, Integer.MAX_VALUE).changes();
                    })
                    .join();
            committed(before, transaction.undone());
            compare();
            same("changes of the version", show(modelled(before + 1)), show(recorded));
            return recorded;
        } catch (CompletionException e) {
            if (e.getCause() instanceof DivergedException diverged) {
                throw diverged;
            }
            if (!(e.getCause() instanceof Undo)) {
                throw e;
            }
            transaction.rollBack();
        }
        compare();
        return List.of();
    }

    private List<Change> modelled(long version) {
        return model.changes().stream()
                .filter(change -> change.site().equals(model.self) && change.dbVersion() == version)
                .toList();
    }

    private boolean execute(Connection connection, ModelOp op) {
        ModelOp.Prepared prepared = ModelOp.sql(op, table -> model.state(table).table);
        try (PreparedStatement statement = connection.prepareStatement(prepared.sql())) {
            int index = 1;
            for (Object parameter : prepared.parameters()) {
                if (parameter instanceof Double real && real.isNaN()) {
                    statement.setDouble(index++, real); // SqlValues refuses what SQLite makes NULL of
                } else {
                    SqlValues.bind(statement, index++, parameter);
                }
            }
            statement.execute();
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    /** V1: a version if a record of it is there. V5: after undone work, one may be used up, and seqs may be skipped. */
    private void committed(long before, boolean undone) {
        List<Change> made = modelled(before + 1);
        if (!made.isEmpty() || (undone && replica.version() == before + 1)) {
            model.version = before + 1;
        }
        if (undone) {
            adoptSeqs(made);
        }
    }

    /** Takes over the store's seqs, if they have the order that they should have. */
    private void adoptSeqs(List<Change> made) {
        Map<String, Change> stored = SiteState.byPlace(changes());
        Map<Long, Long> seqs = new TreeMap<>();
        for (Change change : made) {
            Change there = stored.get(Vectors.place(change));
            if (there == null) {
                throw new DivergedException("missing " + Vectors.show(change));
            }
            seqs.put(change.seq(), there.seq());
        }
        List<Long> taken = new ArrayList<>(seqs.values());
        if (!taken.stream().sorted().distinct().toList().equals(taken)) {
            throw new DivergedException("seqs " + seqs + " have another order");
        }
        model.renumber(model.version, seqs);
    }

    /** Delivers changes; returns whether they were taken. */
    boolean merge(List<Change> changes) {
        List<Boolean> expected;
        try {
            expected = model.merge(changes);
        } catch (ReferenceModel.RefusedException e) {
            expected = null;
        }
        List<Boolean> actual = mergeIntoStore(changes);
        if (!Objects.equals(expected, actual)) {
            throw new DivergedException("impact should be " + expected + " and is " + actual);
        }
        compare();
        return actual != null;
    }

    private @Nullable List<Boolean> mergeIntoStore(List<Change> changes) {
        try {
            return database.write(c -> replica.merge(c, changes)).join().impact();
        } catch (CompletionException e) {
            if (e.getCause() instanceof MergeException) {
                return null;
            }
            throw e;
        }
    }

    List<Change> changes() {
        return database.read(c -> ChangeReader.all(c, replica.tables()));
    }

    /** One version as others would ask for it. */
    List<Change> version(ActorId site, long version) {
        return database.read(c -> {
            try (ChangeReader reader = ChangeReader.of(c, replica.tables())) {
                return reader.read(site, version, 0, Integer.MAX_VALUE).changes();
            }
        });
    }

    Map<String, List<String>> rows() {
        return database.read(c -> {
            Map<String, List<String>> rows = new TreeMap<>();
            for (ReferenceModel.TableState state : model.tables.values()) {
                rows.put(state.table.name(), ConformanceSite.rows(c, state.table.name(), state.table.visible()));
            }
            return rows;
        });
    }

    void compare() {
        same("version", model.version, replica.version());
        same("rows", model.rows(), rows());
        same("changes", show(model.changes()), show(changes()));
    }

    static Map<String, String> show(List<Change> changes) {
        Map<String, String> shown = new HashMap<>();
        changes.forEach(change -> shown.put(Vectors.place(change), Vectors.show(change)));
        return shown;
    }

    static void same(String what, Object expected, Object actual) {
        if (expected instanceof Map<?, ?> x && actual instanceof Map<?, ?> y && !x.equals(y)) {
            Map<Object, Object> missing = new HashMap<>(x);
            missing.entrySet().removeAll(y.entrySet());
            Map<Object, Object> more = new HashMap<>(y);
            more.entrySet().removeAll(x.entrySet());
            throw new DivergedException(
                    what + "\n  should have " + missing.values() + "\n  and has     " + more.values());
        }
        if (!expected.equals(actual)) {
            throw new DivergedException(what + "\n  should be " + expected + "\n  and is    " + actual);
        }
    }
}
