package dev.corrosion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class MembershipOptionsTest {

    @Test
    void whatIsNotChangedIsTheDefault() {
        MembershipOptions changed = MembershipOptions.builder()
                .probeInterval(Duration.ofMillis(200))
                .indirectProbes(5)
                .build();
        assertThat(changed.probeInterval()).hasMillis(200);
        assertThat(changed.indirectProbes()).isEqualTo(5);
        assertThat(changed.minSuspicion()).isEqualTo(MembershipOptions.DEFAULT.minSuspicion());
    }

    @Test
    void whatCannotWorkIsRefusedWithTheValuesThatCan() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MembershipOptions.builder()
                        .probeInterval(Duration.ofSeconds(2))
                        .build())
                .withMessage("the probe interval must be from PT0.000000001S to PT1S, not PT2S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MembershipOptions.builder().gossipFanout(0).build())
                .withMessage("the gossip fanout must be at least 1, not 0");
    }
}
