package dev.corrosion.query;

/** Hears which rows of its tables a result is made of. */
@FunctionalInterface
interface Holding {

    /**
     * A row became part of what is kept, or is no more.
     *
     * @param source position of its table in the query
     * @param key canonical
     */
    void changed(int source, Object key, boolean holds);
}
