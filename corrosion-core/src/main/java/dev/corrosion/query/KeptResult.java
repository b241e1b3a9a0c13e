package dev.corrosion.query;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The kept result of a query, by one way of following it. What fails changes nothing. Not thread-safe. */
interface KeptResult {

    /** The changes from what is kept, at first nothing, to what is in the snapshot. */
    List<ResultChange> reset(Connection snapshot, @Nullable Cause cause) throws SQLException;

    /** The same, if nothing but these rows has changed. */
    List<ResultChange> update(Connection snapshot, ChangedRows changed) throws SQLException;

    /** The rows, in the order that the query asks for, else in any. */
    List<ResultRow> rows();

    int size();

    /** Tells of all rows that the result is made of, if they are known. */
    default void eachHeld(Holding holding) {}
}
