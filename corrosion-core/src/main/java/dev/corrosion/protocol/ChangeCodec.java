package dev.corrosion.protocol;

import dev.corrosion.ActorId;
import dev.corrosion.crdt.Change;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of changes. Names and timestamps, which repeat, are written once in a dictionary at the front; a change does
 * not repeat the actor and version of its part.
 */
final class ChangeCodec {

    private static final int NULL = 0;
    private static final int INTEGER = 1;
    private static final int REAL = 2;
    private static final int TEXT = 3;
    private static final int BLOB = 4;

    private static final int MIN_PART_BYTES = ActorId.BYTES + 5;
    private static final int MIN_CHANGE_BYTES = 8;

    /** Of a word, one of which may be empty, and its share of the change that needs it: a change has three of them. */
    private static final int MIN_WORD_BYTES = 2 + MIN_CHANGE_BYTES / 3;

    private ChangeCodec() {}

    static void write(ByteWriter out, List<VersionPart> parts) {
        Map<String, Integer> words = new LinkedHashMap<>();
        for (VersionPart part : parts) {
            for (Change change : part.changes()) {
                words.putIfAbsent(change.table(), words.size());
                words.putIfAbsent(change.cid(), words.size());
                words.putIfAbsent(change.ts(), words.size());
            }
        }
        out.varint(words.size());
        words.keySet().forEach(out::text);
        out.varint(parts.size());
        for (VersionPart part : parts) {
            out.actor(part.actor());
            out.varint(part.version());
            out.varint(part.fromSeq());
            out.varint(part.toSeq());
            out.bool(part.last());
            out.varint(part.changes().size());
            for (Change change : part.changes()) {
                write(out, change, words);
            }
        }
    }

    static List<VersionPart> read(ByteReader in) {
        int wordCount = in.count(MIN_WORD_BYTES);
        List<String> words = new ArrayList<>(wordCount);
        for (int i = 0; i < wordCount; i++) {
            words.add(in.text());
        }
        int partCount = in.count(MIN_PART_BYTES);
        List<VersionPart> parts = new ArrayList<>(partCount);
        for (int i = 0; i < partCount; i++) {
            parts.add(readPart(in, words));
        }
        return parts;
    }

    private static VersionPart readPart(ByteReader in, List<String> words) {
        ActorId actor = in.actor();
        long version = in.number();
        long fromSeq = in.number();
        long toSeq = in.number();
        boolean last = in.bool();
        int count = in.count(MIN_CHANGE_BYTES);
        List<Change> changes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            changes.add(readChange(in, words, actor, version));
        }
        return new VersionPart(actor, version, fromSeq, toSeq, last, changes);
    }

    private static void write(ByteWriter out, Change change, Map<String, Integer> words) {
        out.varint(index(words, change.table()));
        out.blob(change.pk());
        out.varint(index(words, change.cid()));
        writeValue(out, change.val());
        out.varint(change.colVersion());
        out.varint(change.cl());
        out.varint(change.seq());
        out.varint(index(words, change.ts()));
    }

    private static Change readChange(ByteReader in, List<String> words, ActorId actor, long version) {
        String table = word(in, words);
        byte[] pk = in.blob();
        String cid = word(in, words);
        Object value = readValue(in);
        long colVersion = in.number();
        long cl = in.number();
        long seq = in.number();
        return new Change(table, pk, cid, value, colVersion, version, actor, cl, seq, word(in, words));
    }

    static void writeValue(ByteWriter out, @Nullable Object value) {
        if (value == null) {
            out.u8(NULL);
        } else if (value instanceof Long number) {
            out.u8(INTEGER);
            out.signed(number);
        } else if (value instanceof Double number) {
            out.u8(REAL);
            out.fixed64(Double.doubleToRawLongBits(number));
        } else if (value instanceof String text) {
            out.u8(TEXT);
            out.text(text);
        } else if (value instanceof byte[] bytes) {
            out.u8(BLOB);
            out.blob(bytes);
        } else {
            throw new IllegalArgumentException("not a SQLite value: " + value.getClass());
        }
    }

    static @Nullable Object readValue(ByteReader in) {
        int type = in.u8();
        return switch (type) {
            case NULL -> null;
            case INTEGER -> in.signed();
            case REAL -> Double.longBitsToDouble(in.fixed64());
            case TEXT -> in.text();
            case BLOB -> in.blob();
            default -> throw new ProtocolException("unknown type of value " + type);
        };
    }

    private static int index(Map<String, Integer> words, String word) {
        Integer index = words.get(word);
        if (index == null) {
            throw new IllegalStateException("not in the dictionary: " + word);
        }
        return index;
    }

    private static String word(ByteReader in, List<String> words) {
        long index = in.varint();
        if (index < 0 || index >= words.size()) {
            throw new ProtocolException("word " + index + " of a dictionary of " + words.size());
        }
        return words.get((int) index);
    }
}
