package dev.corrosion.schema;

import java.sql.Connection;
import java.sql.SQLException;

/** Makes the replication forget a table, before it is dropped. */
@FunctionalInterface
interface TableDropper {

    void drop(Connection connection, String table) throws SQLException;
}
