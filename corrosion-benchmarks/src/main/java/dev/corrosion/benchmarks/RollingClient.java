package dev.corrosion.benchmarks;

import io.netty.channel.ChannelOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.RestClientBuilderConfigurer;
import org.springframework.cloud.client.loadbalancer.LoadBalanced;
import org.springframework.cloud.openfeign.EnableFeignClients;
import org.springframework.cloud.openfeign.FeignClient;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;

/** Calls the servers the way an application does: with Spring Cloud's clients, as they come. */
final class RollingClient {

    /** How long a connection may take to be made. */
    static final Duration CONNECT_TIMEOUT = Duration.ofMillis(500);

    /** How long an answer may take. */
    static final Duration READ_TIMEOUT = Duration.ofSeconds(5);

    private static final String URI = "http://" + RollingServer.SERVICE + RollingServer.PATH;
    private static final int THREADS = 128;
    private static final int QUEUED_FOR_EACH_THREAD = 256;

    /** What is called with. */
    enum Kind {
        /** WebClient on Reactor Netty. */
        REACTIVE,
        /** RestClient on the HTTP client of the JDK. */
        BLOCKING,
        /** OpenFeign on HttpURLConnection, which it has where there is nothing else. */
        FEIGN;

        String title() {
            return name().toLowerCase(Locale.ROOT);
        }

        static String names() {
            return Arrays.stream(values()).map(Kind::title).collect(Collectors.joining(","));
        }

        static List<Kind> parse(String names) {
            return Arrays.stream(names.split(",", -1)).map(Kind::of).toList();
        }

        static Kind of(String name) {
            return Arrays.stream(values())
                    .filter(kind -> kind.title().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new UsageException("there is no caller " + name + ", but " + names()));
        }
    }

    private final BeanFactory beans;
    private final Scheduler threads = Schedulers.newBoundedElastic(THREADS, QUEUED_FOR_EACH_THREAD, "caller", 60, true);

    RollingClient(BeanFactory beans) {
        this.beans = beans;
    }

    /** A call that begins when it is subscribed to, {@linkplain #threadsOf there}. */
    Mono<String> call(Kind kind, HttpMethod method) {
        return switch (kind) {
            case REACTIVE -> {
                WebClient client = beans.getBean(WebClient.Builder.class).build();
                yield client.method(method).uri(URI).retrieve().bodyToMono(String.class);
            }
            case BLOCKING -> {
                RestClient client = beans.getBean(RestClient.Builder.class).build();
                yield Mono.fromCallable(
                        () -> client.method(method).uri(URI).retrieve().body(String.class));
            }
            case FEIGN -> {
                Orders client = beans.getBean(Orders.class);
                yield Mono.fromCallable(method.equals(HttpMethod.POST) ? client::post : client::get);
            }
        };
    }

    Scheduler threadsOf(Kind kind) {
        return kind == Kind.REACTIVE ? Schedulers.immediate() : threads;
    }

    @FeignClient(RollingServer.SERVICE)
    interface Orders {

        @GetMapping(RollingServer.PATH)
        String get();

        @PostMapping(RollingServer.PATH)
        String post();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @EnableFeignClients(clients = Orders.class)
    static class Application {

        @Bean
        @LoadBalanced
        WebClient.Builder webClient() {
            HttpClient client = HttpClient.create()
                    .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(CONNECT_TIMEOUT.toMillis()))
                    .responseTimeout(READ_TIMEOUT);
            return WebClient.builder().clientConnector(new ReactorClientHttpConnector(client));
        }

        @Bean
        @LoadBalanced
        RestClient.Builder restClient(RestClientBuilderConfigurer configurer) {
            return configurer.configure(RestClient.builder());
        }
    }
}
