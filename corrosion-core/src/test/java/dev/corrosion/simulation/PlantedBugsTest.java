package dev.corrosion.simulation;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corrosion.Member;
import dev.corrosion.SubscriptionEvent;
import dev.corrosion.WriteResult;
import dev.corrosion.crdt.Change;
import dev.corrosion.protocol.Changes;
import dev.corrosion.protocol.VersionPart;
import dev.corrosion.protocol.Wire;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Each checker of the simulation notices the kind of bug that it is there for. */
@ExtendWith(Quiet.class)
class PlantedBugsTest {

    /** A small world with few faults. */
    private static final long SEED = 19;

    private final Path directory;

    PlantedBugsTest(@TempDir(factory = Memory.class) Path directory) {
        this.directory = directory;
    }

    private void notices(Sabotage bug, String message) {
        assertThatThrownBy(() -> new Scenario(SEED).run(directory, bug, null))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(message);
    }

    /** Changes the database behind the node's back, and behind its triggers. */
    private static void corrupt(NodeRun process, String... statements) {
        try (Statement statement = process.database().backdoor().createStatement()) {
            Map<String, String> triggers = new LinkedHashMap<>();
            try (ResultSet rows =
                    statement.executeQuery("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")) {
                while (rows.next()) {
                    triggers.put(rows.getString(1), rows.getString(2));
                }
            }
            statement.executeUpdate("BEGIN");
            for (String trigger : triggers.keySet()) {
                statement.executeUpdate("DROP TRIGGER \"" + trigger + "\"");
            }
            for (String sql : statements) {
                statement.executeUpdate(sql);
            }
            for (String trigger : triggers.values()) {
                statement.executeUpdate(trigger);
            }
            statement.executeUpdate("COMMIT");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Does so once, at the commit of that number. */
    private static Sabotage atCommit(int number, String... statements) {
        return new Sabotage() {
            private int commits;

            @Override
            public void committed(NodeRun process) {
                if (++commits == number) {
                    corrupt(process, statements);
                }
            }
        };
    }

    private static Sabotage inTheEnd(String... statements) {
        return new Sabotage() {
            @Override
            public void agreed(World world) {
                corrupt(world.running().get(0), statements);
            }
        };
    }

    @Test
    void i1AMemberThatComesBackFromTheDead() {
        notices(
                new Sabotage() {
                    private int looks;

                    @Override
                    public List<Member> members(NodeRun process, List<Member> members) {
                        return ++looks == 40
                                ? members.stream()
                                        .map(member -> with(member, Member.State.DOWN))
                                        .toList()
                                : members;
                    }
                },
                " and then ");
    }

    private static Member with(Member member, Member.State state) {
        return new Member(
                member.id(),
                member.name(),
                member.region(),
                member.address(),
                state,
                member.incarnation(),
                member.startedAt());
    }

    @Test
    void i2AGapThatOnlyTheDiskKnows() {
        notices(
                atCommit(
                        60,
                        "INSERT INTO __corrosion_gaps SELECT actor, 1, 1 FROM __corrosion_heads WHERE head > 0 LIMIT 1"),
                "its tables say");
    }

    @Test
    void i3ATransactionOfWhichAPartIsSeen() {
        notices(atCommit(70, "UPDATE pair SET token = 'torn' WHERE part = 1"), "a part of a transaction");
    }

    @Test
    void i3ARowWithoutARecord() {
        notices(atCommit(70, "INSERT INTO tag VALUES ('unrecorded', 1, 'x')"), "living rows than rows");
    }

    @Test
    void i4AVersionThatIsUsedTwice() {
        notices(
                new Sabotage() {
                    private int frames;

                    @Override
                    public byte[] payload(Delivery delivery) {
                        boolean isChange = delivery.kind() == Delivery.Kind.FRAME
                                && Wire.decode(delivery.payload()) instanceof Changes;
                        return isChange && ++frames == 15 ? again(delivery.payload()) : delivery.payload();
                    }
                },
                "two changes have one place");
    }

    /** The number of the first version ever, for what is in the frame. */
    private static byte[] again(byte[] frame) {
        VersionPart part = ((Changes) Wire.decode(frame)).parts().get(0);
        List<Change> changes = part.changes().stream()
                .map(c -> new Change(
                        c.table(), c.pk(), c.cid(), c.val(), c.colVersion(), 1, c.site(), c.cl(), c.seq(), c.ts()))
                .toList();
        return Wire.encode(new Changes(
                List.of(new VersionPart(part.actor(), 1, part.fromSeq(), part.toSeq(), part.last(), changes))));
    }

    @Test
    void i5AnEventThatIsNotDelivered() {
        notices(
                new Sabotage() {
                    private int changes;

                    @Override
                    public @Nullable SubscriptionEvent event(NodeRun process, SubscriptionEvent event) {
                        return event instanceof SubscriptionEvent.RowChange && ++changes == 10 ? null : event;
                    }
                },
                "came after");
    }

    @Test
    void i6ABroadcastStorm() {
        notices(
                new Sabotage() {
                    @Override
                    public int copies(Delivery delivery) {
                        return delivery.kind() == Delivery.Kind.FRAME ? 20 : 1;
                    }
                },
                "was sent");
    }

    @Test
    void v1ARowThatDiffers() {
        notices(inTheEnd("UPDATE account SET balance = balance + 1"), "only node0 has");
    }

    @Test
    void v2ARecordThatDiffers() {
        notices(
                new Sabotage() {
                    @Override
                    public void agreed(World world) {
                        NodeRun process = world.running().get(0);
                        String table = String.valueOf(process.node()
                                .query("SELECT name FROM sqlite_schema WHERE name GLOB '__corrosion_[0-9]*_row'")
                                .get(0)
                                .get("name"));
                        corrupt(process, "UPDATE \"" + table + "\" SET cv = cv + 1");
                    }
                },
                "corrosion_changes");
    }

    @Test
    void v3ANodeThatHearsNothing() {
        notices(
                new Sabotage() {
                    private boolean healed;

                    @Override
                    public void healed(World world) {
                        healed = true;
                    }

                    @Override
                    public int copies(Delivery delivery) {
                        return healed && delivery.kind() != Delivery.Kind.DATAGRAM ? 0 : 1;
                    }
                },
                "no agreement");
    }

    @Test
    void v4AWriteThatIsLost() {
        notices(
                new Sabotage() {
                    @Override
                    public WriteResult acknowledged(NodeRun process, WriteResult result) {
                        return new WriteResult(
                                result.actorId(),
                                result.version() + 100_000,
                                result.rowsAffectedBy(),
                                result.returned());
                    }
                },
                "is gone");
    }

    @Test
    void v5NodesThatTakeTheirTime() {
        notices(
                new Sabotage() {
                    private long until;

                    @Override
                    public void healed(World world) {
                        until = world.time.now() + Convergence.BOUND.toNanos();
                    }

                    @Override
                    public int copies(Delivery delivery) {
                        return delivery.at() < until ? 0 : 1;
                    }
                },
                "to agree");
    }

    @Test
    void v6ARowThatRises() {
        notices(
                new Sabotage() {
                    @Override
                    public void agreed(World world) {
                        world.running().forEach(process -> corrupt(process, "DELETE FROM tag"));
                        world.running().forEach(process -> corrupt(process, "DELETE FROM account"));
                    }
                },
                "nobody deleted it");
    }

    @Test
    void v7PartsThatNobodyNeeds() {
        notices(
                inTheEnd(
                        "INSERT INTO __corrosion_partial SELECT actor, 1, 0, 5, 0, 0, x'00' FROM __corrosion_heads LIMIT 1"),
                "keeps parts");
    }

    @Test
    void v8ARowThatIsChangedBehindTheBackOfItsNode() {
        notices(
                new Sabotage() {
                    @Override
                    public void healed(World world) {
                        // Both hold all versions by then, so that nothing but the data tells the difference.
                        world.time.in(
                                Duration.ofSeconds(1),
                                () -> corrupt(
                                        world.running().get(0), "UPDATE account SET owner = 'zzz' WHERE id < 1000"));
                        world.runUntil(() -> false, Duration.ofSeconds(30));
                    }
                },
                "rows that diverged");
    }
}
