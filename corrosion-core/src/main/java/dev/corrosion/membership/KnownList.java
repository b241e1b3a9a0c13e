package dev.corrosion.membership;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A list in no order, from which anything is removed in constant time. */
final class KnownList {

    private final List<Known> items = new ArrayList<>();

    int size() {
        return items.size();
    }

    Known get(int place) {
        return items.get(place);
    }

    void forEach(Consumer<Known> action) {
        items.forEach(action);
    }

    void add(Known known) {
        known.moveTo(items.size());
        items.add(known);
    }

    /** The last one takes its place. */
    void remove(Known known) {
        Known last = items.remove(items.size() - 1);
        if (last != known) {
            set(known.place(), last);
        }
    }

    void swap(int a, int b) {
        Known moved = items.get(a);
        set(a, items.get(b));
        set(b, moved);
    }

    private void set(int place, Known known) {
        items.set(place, known);
        known.moveTo(place);
    }
}
