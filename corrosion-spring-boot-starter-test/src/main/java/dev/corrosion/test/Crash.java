package dev.corrosion.test;

import dev.corrosion.CorrosionException;
import dev.corrosion.test.network.InMemoryNetwork;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a node as the end of its process would, as far as others and its files can tell. It is taken from the network first, so
 * that it says no goodbye. Then it is closed while somebody else reads its databases: that keeps their WALs where they are, and
 * the node from noting that it has stopped in order. When it is started again it recovers as from a crash.
 */
final class Crash {

    private static final Logger log = LoggerFactory.getLogger(Crash.class);

    private Crash() {}

    static void of(TestNode node, InMemoryNetwork network) {
        network.unplug(node.address());
        List<Connection> readers = new ArrayList<>();
        try {
            Path database = node.database();
            read(database, readers);
            read(database.resolveSibling(database.getFileName() + "-subscriptions"), readers);
            node.corrosion().close();
        } catch (SQLException e) {
            throw new CorrosionException(node + " cannot be killed: its database cannot be read: " + e, e);
        } finally {
            readers.forEach(Crash::close);
        }
    }

    /** Opened so that it cannot write, since the last one who can moves the WAL when it closes. */
    private static void read(Path file, List<Connection> readers) throws SQLException {
        if (Files.exists(file)) {
            Connection reader = DriverManager.getConnection("jdbc:sqlite:file:" + file + "?mode=ro");
            readers.add(reader);
            try (Statement statement = reader.createStatement()) {
                statement.execute("BEGIN");
                statement.execute("SELECT count(*) FROM sqlite_schema");
            }
        }
    }

    private static void close(Connection reader) {
        try {
            reader.close();
        } catch (SQLException e) {
            log.warn("a reader of a killed node's database did not close: {}", e.toString());
        }
    }
}
