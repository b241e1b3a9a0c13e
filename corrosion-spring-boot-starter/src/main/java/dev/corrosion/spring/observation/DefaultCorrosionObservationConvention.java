package dev.corrosion.spring.observation;

import dev.corrosion.Statement;
import dev.corrosion.spring.observation.CorrosionObservation.HighCardinality;
import dev.corrosion.spring.observation.CorrosionObservation.LowCardinality;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names and keys of {@link CorrosionObservation}. To have others, make a {@link
 * io.micrometer.observation.GlobalObservationConvention} for {@link CorrosionObservationContext} a bean.
 */
public class DefaultCorrosionObservationConvention implements ObservationConvention<CorrosionObservationContext> {

    private static final Pattern FIRST_WORD = Pattern.compile("\\A\\s*([A-Za-z]+)");

    private static final Set<String> USUAL =
            Set.of("SELECT", "INSERT", "UPDATE", "DELETE", "REPLACE", "WITH", "VALUES");

    private final CorrosionObservation kind;

    /** Of one of the two. */
    public DefaultCorrosionObservationConvention(CorrosionObservation kind) {
        this.kind = kind;
    }

    @Override
    public boolean supportsContext(Observation.Context context) {
        return context instanceof CorrosionObservationContext about && about.kind() == kind;
    }

    @Override
    public String getName() {
        return kind.getName();
    }

    @Override
    public String getContextualName(CorrosionObservationContext context) {
        return getName() + " " + operation(context.statements());
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(CorrosionObservationContext context) {
        return KeyValues.of(LowCardinality.OPERATION.withValue(operation(context.statements())));
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(CorrosionObservationContext context) {
        List<Statement> statements = context.statements();
        String first = statements.isEmpty() ? "" : statements.get(0).sql();
        return KeyValues.of(
                HighCardinality.QUERY_TEXT.withValue(first),
                HighCardinality.STATEMENTS.withValue(Integer.toString(statements.size())));
    }

    private static String operation(List<Statement> statements) {
        List<String> words = statements.stream()
                .map(statement -> word(statement.sql()))
                .distinct()
                .toList();
        return words.size() == 1 ? words.get(0) : "MIXED";
    }

    private static String word(String sql) {
        Matcher first = FIRST_WORD.matcher(sql);
        String word = first.find() ? first.group(1).toUpperCase(Locale.ROOT) : "";
        return USUAL.contains(word) ? word : "OTHER";
    }
}
