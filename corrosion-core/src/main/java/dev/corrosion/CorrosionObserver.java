package dev.corrosion;

/** Hears of each duration that a node measures, for meters. */
@FunctionalInterface
public interface CorrosionObserver {

    /**
     * Something has taken so long. On the thread that did it, often the one that all writes wait for: must not block, and
     * should take less than a microsecond. What it throws is logged, and the work goes on.
     *
     * @param nanos not negative
     */
    void took(Timing what, long nanos);
}
