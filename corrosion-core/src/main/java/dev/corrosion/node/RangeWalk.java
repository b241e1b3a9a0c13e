package dev.corrosion.node;

import dev.corrosion.crdt.ComparedTable;
import dev.corrosion.crdt.KeyRange;
import dev.corrosion.crdt.RowDigest;
import dev.corrosion.crdt.RowKey;
import dev.corrosion.crdt.RowPage;
import dev.corrosion.crdt.RowReader;
import dev.corrosion.ledger.Fingerprint;
import dev.corrosion.ledger.Horizon;
import dev.corrosion.protocol.ProtocolException;
import dev.corrosion.protocol.TableScope;
import dev.corrosion.protocol.VerifyFound;
import dev.corrosion.protocol.VerifyRanges;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Walks through all tables in the order of their keys, a bounded number of rows at a time, and closes in on those that
 * differ at the peer: range-based set reconciliation (Meyer, arXiv 2212.13567). The first division is not made from the
 * top, which would take a sum over a whole table, read at two moments; it is the steps of the walk, each read on both
 * sides within one exchange, so what is written meanwhile is in few of them. Does no I/O but on the connection that it is
 * given. For one thread at a time.
 */
final class RangeWalk {

    /** Ranges of one question. */
    static final int MAX_RANGES = 64;

    /**
     * A range that is to be compared.
     *
     * @param first whether its rows were not counted yet
     * @param theirs what the peer has said of it, if it has
     */
    private record Work(VerifiedTable table, KeyRange keys, boolean first, VerifyFound.@Nullable Part theirs) {}

    /** A range as it was read and asked about. */
    private record Asked(
            VerifiedTable table,
            KeyRange keys,
            boolean first,
            TableScope scope,
            Map<String, Long> declarations,
            long keySchema,
            List<RowDigest> rows) {}

    private final BiConsumer<VerifiedTable, RowKey> differing;
    private final Deque<Work> work = new ArrayDeque<>();
    private List<Asked> asked = List.of();
    private long bytes;

    /** @param differing told of the rows that differ */
    RangeWalk(List<VerifiedTable> tables, BiConsumer<VerifiedTable, RowKey> differing) {
        this.differing = differing;
        tables.forEach(table -> work.add(new Work(table, KeyRange.ALL, true, null)));
    }

    boolean isDone() {
        return work.isEmpty();
    }

    /** Leaves out what was not walked through yet. */
    void stop() {
        work.forEach(left -> left.table().stopped());
        work.clear();
    }

    /** How much the last step has read. */
    long bytes() {
        return bytes;
    }

    /** Reads the next rows; returns what to ask about them, nothing if they are known to be the same. */
    List<VerifyRanges.Range> next(Connection connection, Horizon horizon) throws SQLException {
        Map<String, @Nullable ComparedTable> tables = new HashMap<>();
        List<Asked> pieces = new ArrayList<>();
        int rows = 0;
        bytes = 0;
        for (int i = 0; i < MAX_RANGES && rows < VerifyRound.MAX_ROWS && bytes < VerifyRound.MAX_BYTES; i++) {
            Work next = work.poll();
            if (next == null) {
                break;
            }
            String name = next.table().name();
            if (!tables.containsKey(name)) {
                tables.put(name, ComparedTable.read(connection, name));
            }
            ComparedTable table = tables.get(name);
            if (table == null) {
                next.table().skip("it is not here any more");
            }
            if (table == null || next.table().isSkipped()) {
                continue;
            }
            ComparedTable narrowed = VerifyScopes.narrowed(table, next.table().columns());
            RowPage page = new RowReader(connection, narrowed)
                    .page(next.keys(), horizon, VerifyRound.MAX_ROWS - rows, VerifyRound.MAX_BYTES - bytes);
            rows += page.rows().size();
            bytes += page.bytes();
            if (!page.whole()) {
                work.push(new Work(
                        next.table(), new KeyRange(page.read(), next.keys().upTo()), next.first(), null));
            }
            if (next.first()) {
                next.table().compared(page.rows().size());
            }
            if (!isSame(next.theirs(), page)) {
                pieces.add(new Asked(
                        next.table(),
                        new KeyRange(next.keys().after(), page.read()),
                        next.first(),
                        VerifyScopes.of(narrowed, next.table().columns()),
                        table.declarations(),
                        table.keySchema(),
                        page.rows()));
            }
        }
        asked = pieces;
        return pieces.stream().map(RangeWalk::question).toList();
    }

    private static boolean isSame(VerifyFound.@Nullable Part theirs, RowPage page) {
        return theirs != null
                && page.whole()
                && theirs.rows() == page.rows().size()
                && theirs.sum().equals(page.sum());
    }

    private static VerifyRanges.Range question(Asked piece) {
        return new VerifyRanges.Range(piece.scope(), piece.keys(), piece.rows().size(), RowPage.sum(piece.rows()));
    }

    /** What the peer says of what was asked last. */
    void answered(List<VerifyFound.Answer> answers) {
        if (answers.size() != asked.size()) {
            throw new ProtocolException(answers.size() + " answers to " + asked.size() + " questions");
        }
        for (int i = answers.size() - 1; i >= 0; i--) { // so that the first one is gone on with first
            answered(asked.get(i), answers.get(i));
        }
        asked = List.of();
    }

    private void answered(Asked piece, VerifyFound.Answer answer) {
        VerifiedTable table = piece.table();
        if (answer instanceof VerifyFound.NoTable) {
            table.skip("the other node has no such table");
        } else if (answer instanceof VerifyFound.OtherSchema other) {
            if (table.narrow(piece.scope(), piece.keySchema(), piece.declarations(), other)) {
                if (piece.first()) {
                    table.compared(-piece.rows().size());
                }
                work.push(new Work(table, piece.keys(), piece.first(), null));
            }
        } else if (answer instanceof VerifyFound.Parts parts) {
            divide(piece, parts);
        } else if (answer instanceof VerifyFound.Rows rows) {
            compare(piece, rows.rows());
        }
    }

    private void divide(Asked piece, VerifyFound.Parts parts) {
        RowKey after = piece.keys().after();
        List<Work> divided = new ArrayList<>();
        for (int i = 0; i < parts.parts().size(); i++) {
            VerifyFound.Part part = parts.parts().get(i);
            boolean unread = parts.rest() && i == parts.parts().size() - 1;
            divided.add(new Work(piece.table(), new KeyRange(after, part.upTo()), false, unread ? null : part));
            after = part.upTo();
        }
        if (!after.equals(piece.keys().upTo()) || (divided.size() == 1 && !parts.rest())) {
            throw new ProtocolException("parts that are not those of the range");
        }
        for (int i = divided.size() - 1; i >= 0; i--) {
            work.push(divided.get(i));
        }
    }

    private void compare(Asked piece, List<RowDigest> theirs) {
        Map<RowKey, Fingerprint> there = new HashMap<>();
        theirs.forEach(row -> there.put(row.key(), row.fingerprint()));
        Set<RowKey> seen = new HashSet<>();
        for (RowDigest row : piece.rows()) {
            seen.add(row.key());
            if (!row.fingerprint().equals(there.get(row.key()))) {
                differing.accept(piece.table(), row.key());
            }
        }
        for (RowDigest row : theirs) {
            if (!seen.contains(row.key())) {
                differing.accept(piece.table(), row.key());
            }
        }
    }
}
