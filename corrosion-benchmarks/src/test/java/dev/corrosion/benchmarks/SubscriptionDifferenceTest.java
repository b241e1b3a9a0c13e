package dev.corrosion.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SubscriptionDifferenceTest {

    @Test
    void theIntervalIsThatOfTheSignTest() {
        // P(at most 39 - 1 heads of 100) is 0.010, at most 39: 0.018, at most 40: 0.028
        assertThat(SubscriptionDifference.rank(100)).isEqualTo(39);
        assertThat(SubscriptionDifference.rank(6)).isZero();
        assertThat(SubscriptionDifference.rank(9)).isEqualTo(1);
    }

    @Test
    void aFewPairsThatAreFarOffDoNotCount() {
        SubscriptionDifference.Pairs pairs = new SubscriptionDifference.Pairs();
        for (int i = 0; i < 21; i++) {
            pairs.add(100, i < 4 ? 10_000 : 100 + i);
        }
        SubscriptionDifference difference = pairs.difference();

        assertThat(difference.base()).isEqualTo(100);
        assertThat(difference.median()).isEqualTo(14);
        assertThat(difference.low()).isEqualTo(9);
        assertThat(difference.high()).isEqualTo(19);
    }
}
