package dev.corrosion.crdt;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The timestamp of a change, which is any text (rule T1), as it is kept: a number takes half the place of its digits.
 *
 * @param text as it was given
 * @param number the same if it is a number written in the usual way
 */
record Timestamp(String text, @Nullable Long number) {

    static Timestamp of(String text) {
        try {
            long number = Long.parseLong(text);
            return new Timestamp(text, Long.toString(number).equals(text) ? number : null);
        } catch (NumberFormatException e) {
            return new Timestamp(text, null);
        }
    }

    /** Binds it; reading the column as text gives it back. */
    void bind(PreparedStatement statement, int index) throws SQLException {
        if (number != null) {
            statement.setLong(index, number);
        } else {
            statement.setString(index, text);
        }
    }
}
