package dev.corrosion.transport.quic;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RefusalLogTest {

    private final AtomicLong now = new AtomicLong();
    private final RecordingListener listener = new RecordingListener();
    private final RefusalLog refusals = new RefusalLog(listener, now::get);

    @Test
    void aStrangerFromEverNewPortsIsReportedSoOftenOnlyUntilSomeTimeHasPassed() {
        refuseFromPorts(1, 5_000);
        assertThat(listener.refusals).hasSize(RefusalLog.MAX_REPORTS);

        now.addAndGet(RefusalLog.QUIET.toNanos());
        refuseFromPorts(5_001, 5_002);
        assertThat(listener.refusals).hasSize(RefusalLog.MAX_REPORTS + 2);
    }

    private void refuseFromPorts(int first, int last) {
        for (int port = first; port <= last; port++) {
            refusals.weRefused(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), "a stranger", "unknown");
        }
    }
}
