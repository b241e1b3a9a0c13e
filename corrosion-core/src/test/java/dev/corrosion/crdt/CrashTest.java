package dev.corrosion.crdt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.ActorId;
import dev.corrosion.crdt.ModelOp.Insert;
import dev.corrosion.crdt.ModelOp.OnConflict;
import dev.corrosion.crdt.ModelOp.RollbackTo;
import dev.corrosion.crdt.ModelOp.RowKey;
import dev.corrosion.crdt.ModelOp.Savepoint;
import dev.corrosion.crdt.ModelOp.Values;
import dev.corrosion.crdt.ModelTable.Column;
import dev.corrosion.crdt.ModelTable.ColumnType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database that was not closed in order is what it was: it keeps its identity, and uses no version twice. */
class CrashTest {

    private static final ModelTable TABLE = new ModelTable(
            "t",
            List.of(new Column("k", ColumnType.INTEGER, true, null, false)),
            List.of(new Column("c", ColumnType.NONE, false, null, false)),
            false,
            false,
            List.of());
    private static final ModelOp INSERT = new Insert(
            "t",
            List.of(new RowKey(List.of(1L))),
            List.of(new Values(Map.of("c", 5L))),
            OnConflict.ABORT,
            new Values(Map.of()));

    private final Path file;
    private ModelledNode node;

    CrashTest(@TempDir Path directory) {
        file = directory.resolve("a.db");
    }

    @BeforeEach
    void open() {
        node = new ModelledNode(file, new ActorId(new UUID(1, 1)));
        node.addTable(TABLE);
    }

    @AfterEach
    void close() {
        node.close();
    }

    private void write(ModelOp... ops) {
        node.write(List.of(ops), "1", true, false);
        node.announce();
    }

    @Test
    void keepsItsIdentityThroughTwoCrashesWithoutAWriteBetweenThem() {
        write(INSERT);
        node.crash();
        node.crash();
        assertThat(node.replica.version()).isEqualTo(2 * Versions.BLOCK);
    }

    @Test
    void keepsItsIdentityWhenAllOfItsLastVersionWasUndone() {
        write(new Savepoint(), INSERT, new RollbackTo());
        assertThat(node.replica.version()).isEqualTo(1);
        node.crash();
        assertThat(node.replica.version()).isEqualTo(Versions.BLOCK);
    }

    @Test
    void keepsItsIdentityWhenPowerFailsAfterACrash() {
        write(INSERT);
        node.crash();
        node.save();
        assertThat(node.losePower()).isTrue();
    }
}
