package dev.corrosion.crdt;

import dev.corrosion.ActorId;
import dev.corrosion.store.PreparedStatements;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** Actors and their short numbers in this database, of which a bounded number is remembered. On the writer thread. */
final class Actors {

    /** How many actors are remembered. */
    private static final int CAPACITY = 10_000;

    private final PreparedStatements statements;
    private final Map<ActorId, Long> numbers = new HashMap<>();
    private final Map<Long, ActorId> ids = new HashMap<>();

    Actors(PreparedStatements statements) {
        this.statements = statements;
    }

    /** What was numbered may be undone. */
    void forget() {
        numbers.clear();
        ids.clear();
    }

    /** The number of an actor, given now if it has none yet. */
    long number(ActorId actor) throws SQLException {
        Long known = numbers.get(actor);
        if (known != null) {
            return known;
        }
        PreparedStatement insert =
                statements.get("INSERT INTO __corrosion_actor (actor) VALUES (?) ON CONFLICT DO NOTHING");
        insert.setBytes(1, actor.bytes());
        insert.executeUpdate();
        PreparedStatement select = statements.get("SELECT id FROM __corrosion_actor WHERE actor = ?");
        select.setBytes(1, actor.bytes());
        try (ResultSet row = select.executeQuery()) {
            row.next();
            long number = row.getLong(1);
            remember(actor, number);
            return number;
        }
    }

    ActorId actor(long number) throws SQLException {
        ActorId known = ids.get(number);
        if (known != null) {
            return known;
        }
        PreparedStatement select = statements.get("SELECT actor FROM __corrosion_actor WHERE id = ?");
        select.setLong(1, number);
        try (ResultSet row = select.executeQuery()) {
            row.next();
            ActorId actor = ActorId.of(row.getBytes(1));
            remember(actor, number);
            return actor;
        }
    }

    private void remember(ActorId actor, long number) {
        if (numbers.size() == CAPACITY) {
            forget();
        }
        numbers.put(actor, number);
        ids.put(number, actor);
    }
}
