package dev.corrosion.transport.quic;

import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.RejectedExecutionException;

/** Hands work to an event loop. */
final class EventLoops {

    private EventLoops() {}

    /**
     * Runs a task at once if this is the loop's thread, else hands it over.
     *
     * @return false if the loop has stopped: the transport is closed, and with it all that the task could concern
     */
    static boolean run(EventExecutor loop, Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
            return true;
        }
        return hand(loop, task);
    }

    /** Hands a task over, also from the loop's own thread. */
    static boolean hand(EventExecutor loop, Runnable task) {
        try {
            loop.execute(task);
            return true;
        } catch (RejectedExecutionException stopped) {
            return false;
        }
    }
}
