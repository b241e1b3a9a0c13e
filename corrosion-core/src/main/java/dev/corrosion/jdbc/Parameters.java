package dev.corrosion.jdbc;

import dev.corrosion.store.Database;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.lang.reflect.Method;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.PreparedStatement;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a prepared statement, kept until it runs, since only then is it known on which connection. Streams
 * are read at once, because a statement may run more than once.
 */
final class Parameters {

    /** Sets one parameter of the driver's statement. */
    private interface Binding {
        void bind(PreparedStatement statement) throws SQLException;
    }

    private Map<Integer, Binding> bindings = new TreeMap<>();

    /** Keeps what a setter of {@link PreparedStatement} was given. */
    void set(Method setter, @Nullable Object[] args) throws SQLException {
        int index = Handler.argument(args, 0, Integer.class);
        Object value = args.length > 1 ? args[1] : null;
        if (value instanceof InputStream stream) {
            byte[] bytes = read(stream, length(args));
            String name = setter.getName();
            if (name.equals("setAsciiStream") || name.equals("setUnicodeStream")) {
                Charset charset = name.equals("setAsciiStream") ? StandardCharsets.US_ASCII : StandardCharsets.UTF_8;
                String text = new String(bytes, charset);
                bindings.put(index, statement -> statement.setString(index, text));
            } else {
                bindings.put(index, statement -> statement.setBytes(index, bytes));
            }
        } else if (value instanceof Reader reader) {
            String text = read(reader, length(args));
            bindings.put(index, statement -> statement.setString(index, text));
        } else if (value instanceof Blob blob) {
            byte[] bytes = blob.getBytes(1, requireFits(blob.length()));
            bindings.put(index, statement -> statement.setBytes(index, bytes));
        } else if (value instanceof Clob clob) {
            String text = clob.getSubString(1, requireFits(clob.length()));
            bindings.put(index, statement -> statement.setString(index, text));
        } else if (setter.getName().equals("setObject")) {
            // The type that is asked for decides nothing: SQLite stores what it is given.
            bindings.put(index, statement -> statement.setObject(index, value));
        } else {
            @Nullable Object[] copy = args.clone();
            bindings.put(index, statement -> Proxies.invoke(statement, setter, copy));
        }
    }

    void setString(int index, String value) {
        bindings.put(index, statement -> statement.setString(index, value));
    }

    void clear() {
        bindings.clear();
    }

    /** What is set now; later settings do not change it. */
    Parameters copy() {
        Parameters copy = new Parameters();
        copy.bindings = new TreeMap<>(bindings);
        return copy;
    }

    void bind(PreparedStatement statement) throws SQLException {
        for (Binding binding : bindings.values()) {
            binding.bind(statement);
        }
    }

    private static long length(@Nullable Object[] args) {
        return args.length > 2 && args[2] instanceof Number length ? length.longValue() : Long.MAX_VALUE;
    }

    private static byte[] read(InputStream stream, long length) throws SQLException {
        try {
            byte[] bytes = stream.readNBytes((int) Math.min(length, Database.MAX_VALUE_BYTES + 1L));
            requireFits(bytes.length);
            return bytes;
        } catch (IOException e) {
            throw new SQLException("the stream of a parameter cannot be read: " + e.getMessage(), e);
        }
    }

    private static String read(Reader reader, long length) throws SQLException {
        try {
            StringBuilder text = new StringBuilder();
            char[] buffer = new char[8192];
            int count = 0;
            while (count >= 0 && text.length() < length) {
                count = reader.read(buffer, 0, (int) Math.min(buffer.length, length - text.length()));
                text.append(buffer, 0, Math.max(count, 0));
                requireFits(text.length());
            }
            return text.toString();
        } catch (IOException e) {
            throw new SQLException("the reader of a parameter cannot be read: " + e.getMessage(), e);
        }
    }

    private static int requireFits(long length) throws SQLException {
        if (length > Database.MAX_VALUE_BYTES) {
            throw new SQLDataException(
                    "a value is larger than " + Database.MAX_VALUE_BYTES
                            + " bytes, more than can be sent to other nodes: keep it elsewhere, or in pieces",
                    "22001");
        }
        return (int) length;
    }
}
