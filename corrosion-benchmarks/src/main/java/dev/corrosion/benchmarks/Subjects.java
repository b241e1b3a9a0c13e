package dev.corrosion.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Makes subjects, each with an empty table in a file of its own, in a directory that goes with this. */
final class Subjects implements AutoCloseable {

    private final int walPages;
    private final Optional<Path> crSqlite;
    private final Path directory;
    private int files;

    Subjects(int walPages, Optional<Path> crSqlite) throws IOException {
        this.walPages = walPages;
        this.crSqlite = crSqlite;
        this.directory = Files.createTempDirectory("corrosion-benchmarks");
    }

    /** The kinds there are, in the order of this round: none is always the first. */
    List<Kind> kinds(int round) {
        List<Kind> kinds = new ArrayList<>(List.of(Kind.values()));
        if (crSqlite.isEmpty()) {
            kinds.remove(Kind.CRSQLITE);
        }
        Collections.rotate(kinds, round);
        return kinds;
    }

    Path newFile() {
        return directory.resolve("data-" + files++ + ".db");
    }

    CorrosionSubject corrosion() throws SQLException {
        return created(new CorrosionSubject(newFile()));
    }

    CrSqliteSubject crSqlite() throws SQLException {
        return created(new CrSqliteSubject(newFile(), crSqlite.orElseThrow()));
    }

    Subject open(Kind kind) throws SQLException {
        return switch (kind) {
            case PLAIN -> created(new Subject(newFile()));
            case CORROSION -> corrosion();
            case CRSQLITE -> crSqlite();
        };
    }

    private <S extends Subject> S created(S subject) throws SQLException {
        subject.execute("PRAGMA wal_autocheckpoint = " + walPages);
        subject.createTable();
        return subject;
    }

    /** Deletes the files there are so far; none may be open. */
    void clear() {
        try (Stream<Path> all = Files.list(directory)) {
            for (Path file : all.toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        clear();
        Files.delete(directory);
    }
}
