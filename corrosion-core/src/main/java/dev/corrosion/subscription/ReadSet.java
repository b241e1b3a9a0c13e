package dev.corrosion.subscription;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The tables that a query reads, as SQLite's own compiler sees it: the program of the query opens b-trees by their root
 * page, and the schema says whose root page that is. So it is right for views, common table expressions and every
 * syntax.
 *
 * @param tables names in lower case
 * @param everything a virtual table is read, whose sources are not known: any change may matter
 */
record ReadSet(Set<String> tables, boolean everything) {

    boolean touchedBy(Set<String> changed) {
        return everything || changed.stream().anyMatch(table -> tables.contains(table.toLowerCase(Locale.ROOT)));
    }

    static ReadSet of(Connection connection, String sql) throws SQLException {
        Set<String> tables = new TreeSet<>();
        boolean everything = false;
        try (Statement statement = connection.createStatement()) {
            Map<Long, String> owners = new HashMap<>();
            try (ResultSet rows =
                    statement.executeQuery("SELECT rootpage, tbl_name FROM sqlite_schema WHERE rootpage > 0")) {
                while (rows.next()) {
                    owners.put(rows.getLong(1), rows.getString(2).toLowerCase(Locale.ROOT));
                }
            }
            try (ResultSet program = statement.executeQuery("EXPLAIN " + sql)) {
                while (program.next()) {
                    String opcode = program.getString("opcode");
                    if (opcode.equals("VOpen")) {
                        everything = true;
                    } else if (opcode.equals("OpenRead") || opcode.equals("ReopenIdx")) {
                        String owner = owners.get(program.getLong("p2"));
                        if (owner != null) {
                            tables.add(owner);
                        }
                    }
                }
            }
        }
        return new ReadSet(tables, everything);
    }
}
