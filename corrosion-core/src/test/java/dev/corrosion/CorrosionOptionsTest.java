package dev.corrosion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CorrosionOptionsTest {

    private final CorrosionOptions.Builder builder = CorrosionOptions.builder().database(Path.of("data.db"));

    @Test
    void aBoundOfTrafficThatIsTooLowForThoseWhoCatchUpIsRefused() {
        assertThat(builder.build().maxBytesPerSecond()).isEqualTo(128 << 20);
        assertThat(builder.maxBytesPerSecond(1 << 20).build().maxBytesPerSecond())
                .isEqualTo(1 << 20);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.maxBytesPerSecond(64 << 10).build())
                .withMessageContaining("65536")
                .withMessageContaining("1 MiB");
    }
}
