package dev.corrosion.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RecentDurationsTest {

    private final AtomicLong now = new AtomicLong();
    private final RecentDurations durations = new RecentDurations(now::get);

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    @Test
    void quantilesAreRoundedUpByLessThanAFifth() {
        for (int millis = 1; millis <= 1000; millis++) {
            durations.record(Duration.ofMillis(millis).toNanos());
        }

        assertThat(durations.quantile(0.5)).isBetween(Duration.ofMillis(500), Duration.ofMillis(600));
        assertThat(durations.quantile(0.99)).isBetween(Duration.ofMillis(990), Duration.ofMillis(1000));
        assertThat(durations.max()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void everyDurationFallsIntoABucketThatBoundsIt() {
        for (long nanos = 1; nanos > 0; nanos *= 3) {
            RecentDurations one = new RecentDurations(now::get);
            one.record(nanos);
            one.record(Long.MAX_VALUE);
            assertThat((double) one.quantile(0.5).toNanos()).isCloseTo((double) nanos, withinPercentage(19));
            assertThat(one.quantile(0.5).toNanos()).isGreaterThanOrEqualTo(nanos);
        }
    }

    @Test
    void whatIsLongPastIsForgottenButCounted() {
        durations.record(Duration.ofSeconds(7).toNanos());
        pass(Duration.ofSeconds(61));
        durations.record(Duration.ofSeconds(1).toNanos());
        assertThat(durations.max()).isEqualTo(Duration.ofSeconds(7));
        assertThat(durations.recent()).isEqualTo(2);

        pass(Duration.ofSeconds(60));
        assertThat(durations.max()).isEqualTo(Duration.ofSeconds(1));

        pass(Duration.ofHours(1));
        assertThat(durations.quantile(0.99)).isZero();
        assertThat(durations.recent()).isZero();
        assertThat(durations.count()).isEqualTo(2);
    }
}
