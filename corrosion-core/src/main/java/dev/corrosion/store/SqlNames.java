package dev.corrosion.store;

/** Names in SQL. */
public final class SqlNames {

    private SqlNames() {}

    /** A name that means itself, whatever it contains. */
    public static String quote(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
