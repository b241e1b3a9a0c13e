package dev.corrosion.query;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What SQLite compiled a query to: the program that EXPLAIN shows. It says what a query really does. */
record Program(List<Instruction> instructions) {

    /** One step of the program: "The SQLite Bytecode Engine". */
    record Instruction(
            String opcode,
            long p1,
            long p2,
            long p3,
            @Nullable String p4,
            long p5) {
        boolean is(String... opcodes) {
            for (String candidate : opcodes) {
                if (opcode.equals(candidate)) {
                    return true;
                }
            }
            return false;
        }

        /** The name of the function that it calls, without the number of arguments. */
        String function() {
            String name = Objects.requireNonNullElse(p4, "");
            int open = name.indexOf('(');
            return open < 0 ? name : name.substring(0, open);
        }
    }

    /** @throws SQLException if SQLite does not accept it */
    static Program of(Connection connection, String sql) throws SQLException {
        List<Instruction> instructions = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("EXPLAIN " + sql)) {
            while (rows.next()) {
                instructions.add(new Instruction(
                        rows.getString("opcode"),
                        rows.getLong("p1"),
                        rows.getLong("p2"),
                        rows.getLong("p3"),
                        rows.getString("p4"),
                        rows.getLong("p5")));
            }
        }
        return new Program(List.copyOf(instructions));
    }

    boolean writes() {
        return instructions.stream().anyMatch(step -> step.is("OpenWrite", "ParseSchema", "Destroy", "SetCookie"))
                || instructions.stream().anyMatch(step -> step.is("Transaction") && step.p2() != 0);
    }
}
