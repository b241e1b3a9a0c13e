package dev.corrosion.tls;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What follows a command: options with a value each, and other words. */
record Arguments(Map<String, String> options, List<String> words) {

    private static final int MAX_DAYS = 36_500;

    static Arguments parse(List<String> text, Set<String> known) {
        Map<String, String> options = new HashMap<>();
        List<String> words = new ArrayList<>();
        Iterator<String> rest = text.iterator();
        while (rest.hasNext()) {
            String word = rest.next();
            if (!word.startsWith("--")) {
                words.add(word);
                continue;
            }
            if (!known.contains(word)) {
                throw new UsageException("there is no option " + word
                        + (known.isEmpty()
                                ? ""
                                : "; there are "
                                        + String.join(
                                                ", ", known.stream().sorted().toList())));
            }
            if (!rest.hasNext()) {
                throw new UsageException(word + " needs a value");
            }
            if (options.put(word, rest.next()) != null) {
                throw new UsageException(word + " is there twice");
            }
        }
        return new Arguments(options, words);
    }

    Optional<String> find(String option) {
        return Optional.ofNullable(options.get(option));
    }

    Path path(String option) {
        String text = find(option).orElseThrow(() -> new UsageException(option + " is missing: it names a directory"));
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new UsageException(option + " is no path: " + text, e);
        }
    }

    Duration days(String option, int otherwise) {
        String text = find(option).orElse(Integer.toString(otherwise));
        try {
            int days = Integer.parseInt(text);
            if (days > 0 && days <= MAX_DAYS) {
                return Duration.ofDays(days);
            }
        } catch (NumberFormatException e) {
            throw wrongDays(option, text);
        }
        throw wrongDays(option, text);
    }

    private static UsageException wrongDays(String option, String text) {
        return new UsageException(option + " must be a number of days from 1 to " + MAX_DAYS + ", not " + text);
    }

    void requireNoWords() {
        if (!words.isEmpty()) {
            throw new UsageException("what is '" + words.get(0) + "'? Values follow their option");
        }
    }
}
