package dev.corrosion.benchmarks;

import dev.corrosion.Corrosion;
import dev.corrosion.NodeStatus;
import dev.corrosion.discovery.registration.CorrosionRegistration;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** An application that serves, registers itself, and stops in order when it is told to by SIGTERM. */
final class RollingServer {

    /** The name of the sub-command; not for people. */
    static final String COMMAND = "rolling-server";

    static final String SERVICE = "orders";
    static final String PATH = "/work";

    private static final int WORK_MILLIS = 20;

    private RollingServer() {}

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    @RestController
    static class Blocking {

        @RequestMapping(PATH)
        String work() throws InterruptedException {
            TimeUnit.MILLISECONDS.sleep(WORK_MILLIS);
            return "done";
        }
    }

    @RestController
    static class Reactive {

        @RequestMapping(PATH)
        Mono<String> work() {
            return Mono.delay(Duration.ofMillis(WORK_MILLIS)).thenReturn("done");
        }
    }

    static void run(List<String> arguments) throws IOException {
        Path directory = Path.of(arguments.get(0));
        Answers.give((question, words) -> switch (question) {
            case "open" -> open(directory, words);
            default -> throw new IllegalArgumentException("no such question");
        });
    }

    /** index, secret, bootstrap, HTTP port; answers with the address in the cluster, the HTTP port, and the instance. */
    private static String open(Path directory, List<String> words) {
        int index = Integer.parseInt(words.get(0));
        boolean reactive = index % 2 == 1;
        ConfigurableApplicationContext context = new SpringApplicationBuilder(
                        Application.class, reactive ? Reactive.class : Blocking.class)
                .web(reactive ? WebApplicationType.REACTIVE : WebApplicationType.SERVLET)
                .bannerMode(Banner.Mode.OFF)
                .run(
                        "--spring.application.name=" + SERVICE,
                        "--server.port=" + words.get(3),
                        "--corrosion.node.name=server-" + index,
                        "--corrosion.node.data-directory=" + directory.resolve("data"),
                        "--corrosion.cluster.host=127.0.0.1",
                        "--corrosion.cluster.port=0",
                        "--corrosion.cluster.bootstrap=" + words.get(2),
                        "--corrosion.security.secret=" + words.get(1));
        NodeStatus status = context.getBean(Corrosion.class).status();
        CorrosionRegistration registration = context.getBean(CorrosionRegistration.class);
        return status.address().getHostString() + ":" + status.address().getPort() + " " + registration.getPort() + " "
                + registration.getInstanceId();
    }
}
