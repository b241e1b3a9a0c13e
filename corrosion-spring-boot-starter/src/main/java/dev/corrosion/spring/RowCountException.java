package dev.corrosion.spring;

import dev.corrosion.CorrosionException;

/** A query that was to have one row at most has more. */
public class RowCountException extends CorrosionException {

    private static final long serialVersionUID = 1L;

    private final int rows;

    RowCountException(int rows, String sql) {
        super("the query has " + rows + " rows where one at most was expected: " + sql);
        this.rows = rows;
    }

    /** How many there are. */
    public int rows() {
        return rows;
    }
}
