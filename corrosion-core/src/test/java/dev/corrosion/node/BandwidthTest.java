package dev.corrosion.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BandwidthTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    /** Answers that go on at the same time. */
    private static final int SESSIONS = 8;

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 128})
    void inAnySecondAnswersAreNoMoreThanHalfOfTheBound(int mib) {
        Bandwidth bandwidth = new Bandwidth((long) mib << 20);
        Pace pace = bandwidth.answered();
        Random random = new Random(42);
        int frameBytes = bandwidth.frameBytes(SnapshotSource.CHUNK_BYTES);
        NavigableMap<Long, Long> sent = new TreeMap<>();
        long[] ready = new long[SESSIONS];
        for (int frame = 0; frame < 1000; frame++) {
            int session = next(ready);
            long now = ready[session] + (random.nextInt(100) == 0 ? 2 * SECOND : 0);
            int bytes = frameBytes / 2 + random.nextInt(frameBytes / 2);
            long at = now + pace.toSend(bytes, now).toNanos();
            sent.merge(at, (long) bytes, Long::sum);
            ready[session] = at + Duration.ofMillis(1).toNanos();
        }
        long half = (long) mib << 19;
        assertThat(sent.keySet()).allSatisfy(from -> assertThat(sum(sent, from)).isLessThanOrEqualTo(half));
        assertThat(sent.keySet()).anySatisfy(from -> assertThat(sum(sent, from)).isGreaterThan(half * 3 / 4));
    }

    private static int next(long[] ready) {
        return IntStream.range(0, ready.length)
                .reduce((one, other) -> ready[other] < ready[one] ? other : one)
                .orElseThrow();
    }

    private static long sum(NavigableMap<Long, Long> sent, long from) {
        return sent.subMap(from, from + SECOND).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    @Test
    void aFrameLargerThanABurstLeavesAsAWholeAndIsPaidForByTheNext() {
        Pace pace = new Pace(1000, 100);

        assertThat(pace.toSend(5000, 0)).isZero();
        assertThat(pace.toSend(100, 0)).isEqualTo(Duration.ofSeconds(5));
        assertThat(pace.toSend(5000, 0)).isEqualTo(Duration.ofMillis(5100));
    }
}
