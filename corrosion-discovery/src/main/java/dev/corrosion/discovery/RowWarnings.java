package dev.corrosion.discovery;

import dev.corrosion.Row;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says of each row once what is wrong with it, and no more than {@value #MAX_ROWS} times altogether. Not thread-safe. */
final class RowWarnings {

    static final int MAX_ROWS = 100;

    private static final int MAX_TEXT = 500;

    private static final Logger log = LoggerFactory.getLogger(RowWarnings.class);

    private final Set<String> warned = new HashSet<>();

    void warn(String instanceId, String problem, Row row) {
        if (warned.size() < MAX_ROWS && warned.add(instanceId)) {
            String text = row.toString();
            log.warn(
                    "A row of the table services does not make sense: {}. {}{}",
                    problem,
                    text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) + "..." : text,
                    warned.size() == MAX_ROWS ? " Further ones are not told." : "");
        }
    }
}
