package dev.corrosion.crdt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.ActorId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VersionsTest {

    private static final ActorId SELF = new ActorId(new UUID(1, 1));

    private final Path database;

    VersionsTest(@TempDir Path directory) {
        this.database = directory.resolve("x.db");
    }

    @BeforeEach
    void make() throws IOException {
        Files.writeString(database, "a database");
    }

    private Versions open(long last) throws IOException {
        Versions versions = new Versions();
        versions.open(database, SELF, ActorFile.read(database), last);
        return versions;
    }

    private static void use(Versions versions, int count) {
        for (int i = 0; i < count; i++) {
            versions.used(versions.next());
            versions.commit();
        }
    }

    @Test
    void countsOnAfterItWasClosedInOrder() throws IOException {
        Versions versions = open(0);
        use(versions, 5);
        versions.close(true);
        assertThat(Versions.copied(database, SELF, 5)).isNull();
        assertThat(open(5).next()).isEqualTo(6);
    }

    @Test
    void givesNoVersionAgainAfterACrashWhateverTheDiskHasLost() throws IOException {
        Versions versions = open(0);
        use(versions, (int) Versions.BLOCK + 5);
        long last = versions.committed();
        versions.announce(2);
        // 2 was told to others; what came after it is lost
        assertThat(Versions.copied(database, SELF, 2)).isNull();
        Versions again = open(2);
        assertThat(again.next()).isGreaterThan(last);
        use(again, 1);
        long used = again.committed();
        assertThat(open(2).next()).isGreaterThan(used);
    }

    @Test
    void isNoCopyAfterTwoCrashesWithoutAWriteBetweenThem() throws IOException {
        use(open(0), 3);
        // what was reserved is skipped, but the database shows nothing of it
        assertThat(open(3).next()).isEqualTo(Versions.BLOCK + 1);
        assertThat(Versions.copied(database, SELF, 3)).isNull();
        assertThat(open(3).next()).isEqualTo(2 * Versions.BLOCK + 1);
    }

    @Test
    void aTransactionOrATaskThatIsUndoneGivesItsVersionBack() throws IOException {
        Versions versions = open(0);
        versions.used(versions.next());
        versions.rollBack();
        assertThat(versions.next()).isEqualTo(1);
        versions.used(1);
        versions.save();
        versions.used(versions.next());
        versions.undo();
        assertThat(versions.next()).isEqualTo(2);
        versions.commit();
        assertThat(versions.committed()).isEqualTo(1);
    }

    @Test
    void knowsAnOlderCopyThatWasPutInThePlaceOfTheDatabase() throws IOException {
        Versions versions = open(0);
        use(versions, 5);
        versions.announce(5);
        assertThat(Versions.copied(database, SELF, 4)).contains("version 5");
        assertThat(Versions.copied(database, SELF, 5)).isNull();
        assertThat(Versions.copied(database, SELF, 1_000_000)).isNotNull();
        versions.close(true);
        assertThat(Versions.copied(database, SELF, 4)).contains("version 5");
    }

    @Test
    void knowsACopyByItsPlaceInTheFileSystem() throws IOException {
        open(0).close(true);
        Path copy = database.resolveSibling("copy.db");
        Files.copy(database, copy);
        assertThat(Versions.copied(copy, SELF, 0)).contains("missing");
        Files.copy(
                database.resolveSibling("x.db.actor"),
                copy.resolveSibling("copy.db.actor"),
                StandardCopyOption.REPLACE_EXISTING);
        assertThat(Versions.copied(copy, SELF, 0)).contains("place in the file system");
        assertThat(Versions.copied(database, new ActorId(new UUID(1, 2)), 0)).contains("belongs to");
    }

    @Test
    void aMovedDatabaseIsNoCopy() throws IOException {
        open(0).close(true);
        Path moved = database.resolveSibling("moved.db");
        Files.move(database, moved);
        Files.move(database.resolveSibling("x.db.actor"), moved.resolveSibling("moved.db.actor"));
        assertThat(Versions.copied(moved, SELF, 0)).isNull();
    }

    @Test
    void aDamagedFileIsNotTrusted() throws IOException {
        open(0).close(true);
        Path file = database.resolveSibling("x.db.actor");
        Files.writeString(file, Files.readString(file).replace(" 0 0 ", " 0 1 "));
        assertThat(Versions.copied(database, SELF, 1)).contains("damaged");
    }
}
