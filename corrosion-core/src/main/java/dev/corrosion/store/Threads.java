package dev.corrosion.store;

/** Waiting for threads of the store. */
final class Threads {

    private Threads() {}

    /** Returns when the thread has ended; an interrupt of the caller is kept for later. */
    static void awaitEnd(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
