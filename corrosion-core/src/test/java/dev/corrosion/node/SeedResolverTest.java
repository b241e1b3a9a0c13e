package dev.corrosion.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.corrosion.CorrosionException;
import dev.corrosion.CorrosionOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeedResolverTest {

    private final ExecutorService executor = Executors.newSingleThreadExecutor();

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    @Test
    void readsHostsWithAndWithoutPorts() throws Exception {
        assertThat(resolve("127.0.0.1:1234", " 127.0.0.2 ", "[::1]:99", "::1", ""))
                .extracting(InetSocketAddress::toString)
                .containsExactly(
                        "/127.0.0.1:1234",
                        "/127.0.0.2:" + CorrosionOptions.DEFAULT_PORT,
                        "/[0:0:0:0:0:0:0:1]:99",
                        "/[0:0:0:0:0:0:0:1]:" + CorrosionOptions.DEFAULT_PORT);
    }

    @Test
    void takesEveryAddressOfAName() throws Exception {
        List<InetSocketAddress> expected = new ArrayList<>();
        for (InetAddress address : InetAddress.getAllByName("localhost")) {
            expected.add(new InetSocketAddress(address, 7));
        }
        assertThat(resolve("localhost:7")).isEqualTo(expected);
    }

    @Test
    void aNameThatCannotBeResolvedIsLeftOut() throws Exception {
        assertThat(resolve("no-such-host.invalid:1", "127.0.0.1:2"))
                .extracting(InetSocketAddress::toString)
                .containsExactly("/127.0.0.1:2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"host:", "host:0", "host:65536", "host:x", ":80", "[::1:80", "[::1]80"})
    void whatIsNotUnderstoodIsNamed(String entry) {
        assertThatExceptionOfType(CorrosionException.class)
                .isThrownBy(() -> new SeedResolver(List.of(entry), executor))
                .withMessageContaining("'" + entry + "'")
                .withMessageContaining("host:port");
    }

    private List<InetSocketAddress> resolve(String... seeds) throws Exception {
        try (SeedResolver resolver = new SeedResolver(List.of(seeds), executor)) {
            CompletableFuture<List<InetSocketAddress>> found = new CompletableFuture<>();
            resolver.resolve(found::complete);
            return found.get(30, TimeUnit.SECONDS);
        }
    }
}
