package dev.corrosion.crdt;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * The record of a cell, or of a row's existence.
 *
 * @param colVersion how often it was written; for a row, its causal length
 * @param actor number of the actor that wrote it last
 * @param version the version of that actor
 * @param seq the place in that version
 * @param ts when; decides nothing
 */
record Stamp(long colVersion, long actor, long version, long seq, Timestamp ts) {

    /** How many columns it takes. */
    static final int COLUMNS = 5;

    static Stamp read(ResultSet rows, int column) throws SQLException {
        return new Stamp(
                rows.getLong(column),
                rows.getLong(column + 1),
                rows.getLong(column + 2),
                rows.getLong(column + 3),
                Timestamp.of(rows.getString(column + 4)));
    }

    void bind(PreparedStatement statement, int index) throws SQLException {
        statement.setLong(index, colVersion);
        statement.setLong(index + 1, actor);
        statement.setLong(index + 2, version);
        statement.setLong(index + 3, seq);
        ts.bind(statement, index + 4);
    }

    Stamp withColVersion(long colVersion) {
        return new Stamp(colVersion, actor, version, seq, ts);
    }

    /** The record that was made together with this one, so many seqs later. */
    Stamp plus(long seqs) {
        return new Stamp(colVersion, actor, version, seq + seqs, ts);
    }
}
