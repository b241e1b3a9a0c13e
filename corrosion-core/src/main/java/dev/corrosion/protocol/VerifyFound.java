package dev.corrosion.protocol;

import dev.corrosion.crdt.RowDigest;
import dev.corrosion.crdt.RowKey;
import dev.corrosion.ledger.Fingerprint;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The answers to {@link VerifyRanges}, one for each range, in order. */
public record VerifyFound(List<Answer> answers) implements VerifyMessage {

    /** What an asked node says of a range. */
    public sealed interface Answer permits Equal, Parts, Rows, OtherSchema, NoTable {}

    /** The sums are the same. */
    public record Equal() implements Answer {}

    /**
     * They are not, and these are mine over parts of it.
     *
     * @param parts in order; each begins behind the one before
     * @param rest whether the last one was not read, and has no sum
     */
    public record Parts(List<Part> parts, boolean rest) implements Answer {
        public Parts {
            VerifyMessage.requireBounded(parts.size());
            parts = List.copyOf(parts);
        }
    }

    /** A part of a range, up to a key. */
    public record Part(RowKey upTo, long rows, Fingerprint sum) {}

    /** They are not, and these are all of my rows. */
    public record Rows(List<RowDigest> rows) implements Answer {
        public Rows {
            VerifyMessage.requireBounded(rows.size());
            rows = List.copyOf(rows);
        }
    }

    /**
     * My columns are others.
     *
     * @param key stands for the key of the table
     * @param columns my columns, each with what stands for its declaration
     */
    public record OtherSchema(long key, Map<String, Long> columns) implements Answer {
        public OtherSchema {
            columns = Collections.unmodifiableMap(new TreeMap<>(columns));
        }
    }

    /** I have no such table. */
    public record NoTable() implements Answer {}

    public VerifyFound {
        VerifyMessage.requireBounded(answers.size());
        answers = List.copyOf(answers);
    }
}
