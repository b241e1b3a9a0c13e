package dev.corrosion.discovery.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.Statement;
import dev.corrosion.discovery.CatalogTables;
import dev.corrosion.discovery.foreign.ForeignRegistry;
import dev.corrosion.http.AccessToken;
import dev.corrosion.http.AccessToken.Scope;
import dev.corrosion.http.HttpApi;
import dev.corrosion.http.HttpApiLimits;
import dev.corrosion.http.HttpApiOptions;
import dev.corrosion.http.server.HttpServer;
import dev.corrosion.http.server.HttpServerOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skyscreamer.jsonassert.JSONAssert;
import org.skyscreamer.jsonassert.JSONCompareMode;
import reactor.core.scheduler.Schedulers;

/** What a client of Consul's agent sends, to a real node over its HTTP port. */
@NullUnmarked
class ConsulAgentApiTests {

    private static final String SECRET = "a-secret-of-some-length";
    private static final String READER = "another-secret-to-read";

    private static final String WEB = """
            {"ID": "web-1", "Name": "web", "Address": "10.0.0.7", "Port": 8080, "Tags": ["blue", "v1"],
             "Meta": {"zone": "z1"}, "Weights": {"Passing": 3, "Warning": 1}, "EnableTagOverride": false,
             "Check": {"TTL": "1m30s", "Status": "passing", "Args": null, "GRPC": "",
                       "DeregisterCriticalServiceAfter": "90m"}}""";

    private final HttpClient client = HttpClient.newHttpClient();
    private Corrosion node;
    private ForeignRegistry registry;
    private HttpApi api;
    private HttpServer server;
    private String instance;

    @BeforeEach
    void start(@TempDir Path directory) {
        node = Corrosion.open(CorrosionOptions.builder()
                .database(directory.resolve("data.db"))
                .schema(CatalogTables.SCHEMA.sql())
                .host("127.0.0.1")
                .port(0)
                .build());
        registry = new ForeignRegistry(node, Schedulers.boundedElastic(), Clock.systemUTC(), new Random(1));
        registry.start();
        HttpApiOptions options = new HttpApiOptions(
                List.of(
                        new AccessToken("all", SECRET, Set.of(Scope.READ, Scope.WRITE), Set.of()),
                        new AccessToken("reader", READER, Set.of(Scope.READ), Set.of())),
                true,
                HttpApiLimits.DEFAULT);
        api = new HttpApi(node, options, List.of(new ConsulAgentApi(node, registry, "default")));
        server = HttpServer.start(api, HttpServerOptions.of("127.0.0.1", 0));
        instance = "web-1@" + node.actorId().shortId();
    }

    @AfterEach
    void stop() {
        server.close();
        api.close();
        registry.stop();
        node.close();
    }

    @Test
    void aServiceIsRegisteredFoundAndRemoved() throws Exception {
        assertThat(put("/v1/agent/service/register", WEB).statusCode()).isEqualTo(200);
        // The node writes itself down right after it has begun.
        await().until(() -> !get("/v1/health/service/web?passing=true").body().equals("[]"));
        JSONAssert.assertEquals(
                "[{Service: {ID: '" + instance + "', Service: web, Address: '10.0.0.7', Port: 8080,"
                        + " Tags: [blue, v1], Meta: {zone: z1}, Weights: {Passing: 3}},"
                        + " Checks: [{CheckID: standing, Status: passing},"
                        + " {CheckID: 'service:web-1', Status: passing}]}]",
                get("/v1/health/service/web?passing").body(),
                JSONCompareMode.LENIENT);
        JSONAssert.assertEquals("{web: [blue, v1]}", get("/v1/catalog/services").body(), JSONCompareMode.STRICT);
        JSONAssert.assertEquals(
                "[{ServiceName: web, ServiceAddress: '10.0.0.7', ServicePort: 8080}]",
                get("/v1/catalog/service/web?tag=blue").body(),
                JSONCompareMode.LENIENT);
        assertThat(get("/v1/catalog/service/web?tag=green").body()).isEqualTo("[]");
        JSONAssert.assertEquals(
                "{'web-1': {ID: 'web-1', Service: web}}",
                get("/v1/agent/services").body(),
                JSONCompareMode.LENIENT);
        assertThat(put("/v1/agent/service/deregister/web-1", "").statusCode()).isEqualTo(200);
        assertThat(put("/v1/agent/service/deregister/web-1", "").statusCode()).isEqualTo(404);
        assertThat(get("/v1/health/service/web").body()).isEqualTo("[]");
    }

    @Test
    void reportsAndMaintenanceDecideWhetherItIsPassing() throws Exception {
        put("/v1/agent/service/register", WEB);
        await().until(() -> passing() == 1);
        assertThat(put("/v1/agent/check/fail/service:web-1?note=disk%20full", "")
                        .statusCode())
                .isEqualTo(200);
        assertThat(passing()).isZero();
        JSONAssert.assertEquals(
                "{'service:web-1': {Status: critical, Output: 'disk full', ServiceID: 'web-1', Type: ttl}}",
                get("/v1/agent/checks").body(),
                JSONCompareMode.LENIENT);
        put("/v1/agent/check/update/service:web-1", "{\"Status\": \"passing\", \"Output\": \"fine\"}");
        assertThat(passing()).isEqualTo(1);
        put("/v1/agent/service/maintenance/web-1?enable=true", "");
        assertThat(passing()).isZero();
        put("/v1/agent/check/pass/service:web-1", "");
        assertThat(passing()).isZero();
        put("/v1/agent/service/maintenance/web-1?enable=false", "");
        assertThat(passing()).isEqualTo(1);
    }

    @Test
    void badInputSaysWhatIsWrong() throws Exception {
        assertRefused("{", "no object of JSON");
        assertRefused("[]", "no object of JSON");
        assertRefused("{\"ID\": \"x\"}", "Name is missing");
        assertRefused("{\"Name\": \"x\", \"Port\": \"many\"}", "Port must be a whole number");
        assertRefused("{\"Name\": \"x\", \"Port\": 70000}", "from 0 to 65535");
        assertRefused("{\"Name\": \"x\", \"Tags\": \"blue\"}", "Tags must be a list");
        assertRefused("{\"Name\": \"x\", \"Check\": {\"TTL\": \"soon\"}}", "a duration such as 10s");
        assertRefused("{\"Name\": \"x\", \"Check\": {\"TTL\": \"1ms\"}}", "must be from PT1S");
        assertRefused("{\"Name\": \"x\", \"Check\": {\"HTTP\": \"http://h/\"}}", "needs an Interval");
        assertRefused("{\"Name\": \"x\", \"Check\": {\"Interval\": \"1s\"}}", "one of TTL, HTTP and TCP");
        assertRefused(
                "{\"Name\": \"x\", \"Check\": {\"HTTP\": \"file:///etc/passwd\", \"Interval\": \"1s\"}}",
                "http or https URL");
        assertRefused(
                "{\"Name\": \"x\", \"Check\": {\"Args\": [\"sh\"], \"Interval\": \"1s\"}}", "Args is not offered");
        assertRefused("{\"Name\": \"x\", \"Connect\": {}}", "Connect and Proxy are not offered");
        assertThat(node.query(Statement.of("SELECT * FROM services"))).isEmpty();
        assertThat(get("/v1/health/service/web?index=7&wait=5m").body()).contains("blocking queries");
        assertThat(get("/v1/agent/service/register").statusCode()).isEqualTo(405);
        assertThat(put("/v1/agent/check/register", "{}").statusCode()).isEqualTo(404);
    }

    @Test
    void tokensCountHereToo() throws Exception {
        assertThat(send("PUT", "/v1/agent/service/register", WEB, READER).statusCode())
                .isEqualTo(403);
        assertThat(send("GET", "/v1/agent/services", "", "unknown-and-wrong-too")
                        .statusCode())
                .isEqualTo(401);
        assertThat(send("GET", "/v1/agent/services", "", READER).statusCode()).isEqualTo(200);
    }

    @Test
    void anAddressThatIsNotGivenIsThatOfTheNode() throws Exception {
        put(
                "/v1/agent/service/register",
                "{\"Name\": \"db\", \"Port\": 5432, \"Check\": {\"TCP\": \"[::1]:5432\"," + " \"Interval\": \"10s\"}}");
        assertThat(node.query(Statement.of("SELECT host, port FROM services")))
                .singleElement()
                .satisfies(row -> assertThat(row.values()).containsExactly("127.0.0.1", 5432L));
        assertThat(registry.checks().get(0).check().kind().toString()).contains("host=::1, port=5432");
    }

    private int passing() throws Exception {
        return get("/v1/health/service/web?passing").body().split("\"Node\":\\{", -1).length - 1;
    }

    private void assertRefused(String body, String why) throws Exception {
        HttpResponse<String> response = put("/v1/agent/service/register", body);
        assertThat(response.body()).contains(why);
        assertThat(response.statusCode()).isEqualTo(400);
    }

    private HttpResponse<String> put(String path, String body) throws Exception {
        return send("PUT", path, body, SECRET);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send("GET", path, "", SECRET);
    }

    private HttpResponse<String> send(String method, String path, String body, String token) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.address().getPort() + path))
                .header("X-Consul-Token", token)
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }
}
