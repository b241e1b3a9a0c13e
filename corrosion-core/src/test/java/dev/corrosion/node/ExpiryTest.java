package dev.corrosion.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.NodeStatus;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ExpiryTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static NodeStatus.Certificate valid(Duration life) {
        return new NodeStatus.Certificate("CN=a", "1", "ab", START, START.plus(life));
    }

    @Test
    void aYearLongOneIsWorthAWordThirtyDaysBeforeItsEnd() {
        NodeStatus.Certificate year = valid(Duration.ofDays(365));
        assertThat(Expiry.isNear(year, START.plus(Duration.ofDays(334)))).isFalse();
        assertThat(Expiry.isNear(year, START.plus(Duration.ofDays(335)))).isTrue();
        assertThat(Expiry.inWords(year, START.plus(Duration.ofDays(340)))).endsWith("in 25 days");
    }

    @Test
    void aShortLivedOneWhenAThirdOfItsLifeIsLeft() {
        NodeStatus.Certificate day = valid(Duration.ofHours(24));
        assertThat(Expiry.isNear(day, START.plus(Duration.ofHours(15)))).isFalse();
        assertThat(Expiry.isNear(day, START.plus(Duration.ofHours(17)))).isTrue();
        assertThat(Expiry.isExpired(day, START.plus(Duration.ofHours(24)))).isFalse();
        assertThat(Expiry.isExpired(day, START.plus(Duration.ofHours(25)))).isTrue();
        assertThat(Expiry.inWords(day, START.plus(Duration.ofHours(25)))).startsWith("has expired at");
    }
}
