package dev.corrosion.discovery.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ProberTests {

    private static final Duration INTERVAL = Duration.ofSeconds(30);
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(300);

    private final Prober prober = new Prober();

    @Test
    void theStatusOfAnHttpAnswerDecides() throws Exception {
        CountDownLatch stopped = new CountDownLatch(1);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            if (path.equals("/never")) {
                try {
                    stopped.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            boolean asked = "token".equals(exchange.getRequestHeaders().getFirst("X-Key"));
            exchange.sendResponseHeaders(asked ? Integer.parseInt(path.substring(1)) : 400, -1);
            exchange.close();
        });
        server.start();
        try {
            String root = "http://127.0.0.1:" + server.getAddress().getPort();
            assertThat(http(root + "/204", LONG).status()).isEqualTo(CheckStatus.PASSING);
            assertThat(http(root + "/429", LONG).status()).isEqualTo(CheckStatus.WARNING);
            assertThat(http(root + "/302", LONG).status()).isEqualTo(CheckStatus.CRITICAL);
            assertThat(http(root + "/503", LONG)).satisfies(result -> {
                assertThat(result.status()).isEqualTo(CheckStatus.CRITICAL);
                assertThat(result.output()).isEqualTo("GET " + root + "/503: 503");
            });
            assertThat(http(root + "/never", SHORT).status()).isEqualTo(CheckStatus.CRITICAL);
        } finally {
            stopped.countDown();
            server.stop(0);
        }
    }

    @Test
    void aPortThatAnswersPassesAndOneThatDoesNotIsCritical() throws Exception {
        int port;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = server.getLocalPort();
            assertThat(tcp(port).status()).isEqualTo(CheckStatus.PASSING);
        }
        assertThat(tcp(port).status()).isEqualTo(CheckStatus.CRITICAL);
        assertThat(http("http://127.0.0.1:" + port, LONG).status()).isEqualTo(CheckStatus.CRITICAL);
    }

    private Prober.Result http(String url, Duration timeout) {
        return prober.probe(new CheckKind.Http(URI.create(url), "GET", Map.of("X-Key", "token"), INTERVAL, timeout))
                .join();
    }

    private Prober.Result tcp(int port) {
        return prober.probe(new CheckKind.Tcp("127.0.0.1", port, INTERVAL, LONG))
                .join();
    }
}
