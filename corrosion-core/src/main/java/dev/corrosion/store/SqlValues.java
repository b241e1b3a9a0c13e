package dev.corrosion.store;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.ZoneId;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalAmount;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Values between Java and SQLite. */
public final class SqlValues {

    private SqlValues() {}

    /**
     * Binds a value of any type that {@link dev.corrosion.Statement} promises to take.
     *
     * @param index from 1
     * @throws IllegalArgumentException if SQLite has no exact place for the value
     */
    public static void bind(PreparedStatement statement, int index, @Nullable Object value) throws SQLException {
        if (value == null) {
            statement.setNull(index, Types.NULL);
        } else if (value instanceof String text) {
            statement.setString(index, text);
        } else if (value instanceof byte[] bytes) {
            statement.setBytes(index, bytes);
        } else if (value instanceof Number number) {
            bindNumber(statement, index, number);
        } else if (value instanceof Boolean flag) {
            statement.setLong(index, flag ? 1 : 0);
        } else if (value instanceof Enum<?> constant) {
            statement.setString(index, constant.name());
        } else if (value instanceof UUID
                || value instanceof TemporalAccessor
                || value instanceof TemporalAmount
                || value instanceof ZoneId) {
            statement.setString(index, value.toString());
        } else {
            throw new IllegalArgumentException("parameter " + index + ": SQLite has no place for a "
                    + value.getClass().getName() + "; give it as text, number or byte[]");
        }
    }

    private static void bindNumber(PreparedStatement statement, int index, Number number) throws SQLException {
        if (number instanceof Long
                || number instanceof Integer
                || number instanceof Short
                || number instanceof Byte
                || number instanceof AtomicInteger
                || number instanceof AtomicLong
                || number instanceof LongAdder) {
            statement.setLong(index, number.longValue());
        } else if (number instanceof BigInteger big) {
            if (big.bitLength() >= Long.SIZE) {
                throw new IllegalArgumentException(
                        "parameter " + index + ": " + big + " does not fit the 64 bits of an INTEGER; give it as text");
            }
            statement.setLong(index, big.longValue());
        } else {
            double real = number.doubleValue();
            if (Double.isNaN(real)) {
                throw new IllegalArgumentException(
                        "parameter " + index + ": SQLite would store NaN as NULL; give null if that is meant");
            }
            if (Double.isInfinite(real) && number instanceof BigDecimal) {
                throw new IllegalArgumentException(
                        "parameter " + index + ": the number is too large for a REAL; give it as text");
            }
            statement.setDouble(index, real);
        }
    }

    /**
     * Reads a value as SQLite stores it.
     *
     * @param column from 1
     * @return {@code null}, {@link Long}, {@link Double}, {@link String} or {@code byte[]}
     */
    public static @Nullable Object read(ResultSet rows, int column) throws SQLException {
        Object value = rows.getObject(column);
        return value instanceof Integer small ? (Object) small.longValue() : value;
    }
}
