package dev.corrosion.benchmarks;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The arguments of a benchmark, each {@code --name value}. What is asked for is taken; what is left at the end does not exist. */
final class Arguments {

    private final Map<String, String> values = new HashMap<>();

    private Arguments() {}

    /**
     * Reads all options, and no others.
     *
     * @param options asks for each option that there is
     * @throws UsageException if there is another one, or a value is missing or makes no sense
     */
    static <T> T parse(List<String> arguments, Function<Arguments, T> options) {
        Arguments given = new Arguments();
        for (int i = 0; i < arguments.size(); i += 2) {
            if (i + 1 == arguments.size()) {
                throw new UsageException(arguments.get(i) + " needs a value");
            }
            given.values.put(arguments.get(i), arguments.get(i + 1));
        }
        T parsed = options.apply(given);
        given.values.keySet().stream().findFirst().ifPresent(left -> {
            throw new UsageException("there is no option " + left);
        });
        return parsed;
    }

    int number(String name, int ifAbsent) {
        return value(name, ifAbsent, Integer::valueOf);
    }

    long longNumber(String name, long ifAbsent) {
        return value(name, ifAbsent, Long::valueOf);
    }

    double decimal(String name, double ifAbsent) {
        return value(name, ifAbsent, Double::valueOf);
    }

    /** Separated by blanks. */
    List<String> words(String name, List<String> ifAbsent) {
        return value(
                name,
                ifAbsent,
                value -> value.isBlank() ? List.of() : List.of(value.trim().split("\\s+")));
    }

    <T> T value(String name, T ifAbsent, Function<String, T> reader) {
        @Nullable String value = values.remove(name);
        if (value == null) {
            return ifAbsent;
        }
        try {
            return reader.apply(value);
        } catch (NumberFormatException e) {
            throw new UsageException(name + " needs a number, not " + value, e);
        }
    }

    /** For options that have been read. */
    static void requireBetween(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new UsageException(name + " must be from " + least + " to " + most);
        }
    }
}
