package dev.corrosion.store;

import java.sql.Connection;
import java.sql.SQLException;

/** Reads from one snapshot; see {@link Database#read}. */
@FunctionalInterface
public interface ReadTask<T> {

    /** Everything read here is of one moment. The connection must not be kept. */
    T run(Connection connection) throws SQLException;
}
