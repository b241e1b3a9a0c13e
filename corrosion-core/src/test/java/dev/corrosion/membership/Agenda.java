package dev.corrosion.membership;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is to happen in a simulation, in order of time and, at one time, of arrival: a heap of entries that are used
 * again.
 */
final class Agenda {

    private static final int ARITY = 4;

    static final class Entry {
        long at;
        private long order;
        int node;

        /** The node that waits for an answer, or -1. */
        int asker;

        @Nullable SwimEvent event;
    }

    private Entry[] heap = new Entry[1 << 10];
    private int size;
    private long order;

    boolean isEmpty() {
        return size == 0;
    }

    long firstTime() {
        return heap[0].at;
    }

    void add(long at, int node, int asker, SwimEvent event) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, 2 * size);
        }
        // Beyond the size there are entries that have been taken.
        Entry entry = heap[size];
        if (entry == null) {
            entry = new Entry();
        }
        entry.at = at;
        entry.order = order++;
        entry.node = node;
        entry.asker = asker;
        entry.event = event;
        up(size++, entry);
    }

    /** The first; the entry is used again with the next {@link #add}. */
    Entry take() {
        Entry first = heap[0];
        Entry last = heap[--size];
        if (size > 0) {
            down(last);
        }
        heap[size] = first;
        return first;
    }

    private void up(int from, Entry entry) {
        int place = from;
        while (place > 0) {
            int parent = (place - 1) / ARITY;
            if (!isBefore(entry, heap[parent])) {
                break;
            }
            heap[place] = heap[parent];
            place = parent;
        }
        heap[place] = entry;
    }

    private void down(Entry entry) {
        int place = 0;
        while (true) {
            int least = ARITY * place + 1;
            if (least >= size) {
                break;
            }
            int end = Math.min(least + ARITY, size);
            for (int child = least + 1; child < end; child++) {
                if (isBefore(heap[child], heap[least])) {
                    least = child;
                }
            }
            if (!isBefore(heap[least], entry)) {
                break;
            }
            heap[place] = heap[least];
            place = least;
        }
        heap[place] = entry;
    }

    private static boolean isBefore(Entry a, Entry b) {
        return a.at != b.at ? a.at < b.at : a.order < b.order;
    }
}
