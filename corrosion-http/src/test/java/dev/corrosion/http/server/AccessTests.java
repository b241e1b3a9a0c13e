package dev.corrosion.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.corrosion.CorrosionException;
import dev.corrosion.Statement;
import dev.corrosion.http.AccessToken;
import dev.corrosion.http.AccessToken.Scope;
import dev.corrosion.http.HttpApiLimits;
import dev.corrosion.http.HttpApiOptions;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may do what. */
@NullUnmarked
class AccessTests {

    private static final String ALL = "all-0123456789abcdef";
    private static final String READER = "reader-0123456789abcdef";
    private static final String WRITER = "writer-0123456789abcdef";
    private static final String LIMITED = "limited-0123456789abcdef";

    private static final HttpApiOptions OPTIONS = new HttpApiOptions(
            List.of(
                    new AccessToken("all", ALL, Set.of(Scope.READ, Scope.WRITE), Set.of()),
                    new AccessToken("reader", READER, Set.of(Scope.READ), Set.of()),
                    new AccessToken("writer", WRITER, Set.of(Scope.WRITE), Set.of()),
                    new AccessToken("limited", LIMITED, Set.of(Scope.READ, Scope.WRITE), Set.of("Todo"))),
            true,
            HttpApiLimits.DEFAULT);

    @TempDir
    Path directory;

    private TestServer node;

    @BeforeEach
    void start() {
        node = TestServer.start(directory, OPTIONS);
        node.corrosion.write(
                Statement.of("INSERT INTO secret (id, word) VALUES (1, 'xyzzy')"),
                Statement.of("INSERT INTO todo (id, title) VALUES (1, 'a')"));
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private HttpResponse<String> post(String token, String path, String json) {
        return node.send(node.request(path)
                .header("authorization", "Bearer " + token)
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build());
    }

    private static String json(String sql) {
        return "\"" + sql.replace("\"", "\\\"") + "\"";
    }

    @Test
    void nothingIsThereWithoutAToken() {
        assertThat(node.get("/v1/health").statusCode()).isEqualTo(401);
        assertThat(node.get("/v1/nothing").statusCode()).isEqualTo(401);
        assertThat(node.get("/v1/health").headers().firstValue("www-authenticate"))
                .contains("Bearer");
        assertThat(post("wrong-0123456789abcdef", "/v1/queries", "\"SELECT 1\"").statusCode())
                .isEqualTo(401);
        assertThat(post(ALL, "/v1/queries", "\"SELECT 1\"").statusCode()).isEqualTo(200);
    }

    @Test
    void scopesSayWhatATokenMayDo() {
        String write = "[\"DELETE FROM todo\"]";
        String read = "\"SELECT id FROM todo\"";

        assertThat(post(READER, "/v1/transactions", write).statusCode()).isEqualTo(403);
        assertThat(post(READER, "/v1/queries", read).statusCode()).isEqualTo(200);
        assertThat(post(WRITER, "/v1/queries", read).statusCode()).isEqualTo(403);
        assertThat(post(WRITER, "/v1/subscriptions", read).statusCode()).isEqualTo(403);
        assertThat(post(WRITER, "/v1/updates/todo", "").statusCode()).isEqualTo(403);
        assertThat(post(WRITER, "/v1/table_stats", "{\"tables\":[]}").statusCode())
                .isEqualTo(403);
        assertThat(post(WRITER, "/v1/transactions", write).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM secret",
                "SELECT t.id FROM todo t JOIN secret s ON s.id = t.id",
                "SELECT (SELECT word FROM secret) FROM todo",
                "SELECT id FROM todo WHERE id IN (SELECT id FROM secret)",
                "WITH s AS (SELECT word FROM secret) SELECT * FROM todo, s",
                "SELECT sql FROM sqlite_master",
                "SELECT name FROM pragma_table_info('secret')",
                "SELECT * FROM corrosion_members",
                "PRAGMA table_info(secret)",
                "EXPLAIN SELECT * FROM secret"
            })
    void aLimitedTokenReadsNothingButItsTables(String sql) {
        HttpResponse<String> response = post(LIMITED, "/v1/queries", json(sql));

        assertThat(response.statusCode()).isIn(400, 403);
        assertThat(response.body()).startsWith("{\"error\"").doesNotContain("xyzzy");
        assertThat(post(LIMITED, "/v1/subscriptions", json(sql)).statusCode()).isIn(400, 403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO secret (id) VALUES (9)",
                "INSERT INTO \"secret\" (id) VALUES (9)",
                "INSERT INTO 'secret' (id) VALUES (9)",
                "INSERT INTO main.secret (id) VALUES (9)",
                "REPLACE INTO secret (id) VALUES (9)",
                "UPDATE secret SET word = 'x'",
                "UPDATE OR IGNORE secret SET word = 'x'",
                "DELETE FROM /* todo */ secret",
                "WITH todo AS (SELECT 1) DELETE FROM secret",
                "INSERT INTO todo (id, title) SELECT 9, word FROM secret",
                "INSERT INTO todo (id, title) VALUES (9, (SELECT word FROM secret))",
                "UPDATE todo SET title = word FROM secret",
                "DELETE FROM todo WHERE 1 IN secret",
                "DELETE FROM todo WHERE EXISTS (SELECT 1 FROM secret)"
            })
    void aLimitedTokenWritesNothingButItsTables(String sql) {
        HttpResponse<String> response = post(LIMITED, "/v1/transactions", "[" + json(sql) + "]");

        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(node.corrosion.query(Statement.of("SELECT word FROM secret")))
                .singleElement()
                .satisfies(row -> assertThat(row.getString("word")).isEqualTo("xyzzy"));
        assertThat(node.corrosion.query(Statement.of("SELECT title FROM todo")))
                .singleElement()
                .satisfies(row -> assertThat(row.getString("title")).isEqualTo("a"));
    }

    @Test
    void aLimitedTokenUsesItsTables() throws Exception {
        assertThat(post(LIMITED, "/v1/queries", "\"SELECT random(), count(*) FROM todo a JOIN todo b USING (id)\"")
                        .statusCode())
                .isEqualTo(200);
        assertThat(post(LIMITED, "/v1/transactions", "[\"UPDATE \\\"todo\\\" SET title = 'b' WHERE id IN (1, 2)\"]")
                        .statusCode())
                .isEqualTo(200);
        assertThat(post(LIMITED, "/v1/table_stats", "{\"tables\":[\"ToDo\"]}").body())
                .contains("\"total_row_count\":1");
        assertThat(post(LIMITED, "/v1/table_stats", "{\"tables\":[\"secret\"]}").statusCode())
                .isEqualTo(403);
        assertThat(post(LIMITED, "/v1/updates/secret", "").statusCode()).isEqualTo(403);
    }

    @Test
    void aSubscriptionOfSomebodyElseIsNotForALimitedToken() throws Exception {
        String id;
        try (TestServer.Lines lines = node.stream(node.request("/v1/subscriptions")
                .header("authorization", "Bearer " + ALL)
                .POST(HttpRequest.BodyPublishers.ofString("\"SELECT word FROM secret\""))
                .build())) {
            id = lines.header("corro-query-id");
        }

        HttpResponse<String> response = node.send(node.request("/v1/subscriptions/" + id)
                .header("authorization", "Bearer " + LIMITED)
                .GET()
                .build());

        assertThat(response.statusCode()).isEqualTo(403);
    }

    @Test
    void aServerThatOthersReachNeedsTokensOrCertificates() {
        assertThatThrownBy(() -> HttpServer.start(
                        new dev.corrosion.http.HttpApi(node.corrosion, HttpApiOptions.DEFAULT),
                        HttpServerOptions.of("0.0.0.0", 0)))
                .isInstanceOf(CorrosionException.class)
                .hasMessageContaining("corrosion.http.tokens");
        HttpServer.start(node.api, HttpServerOptions.of("0.0.0.0", 0)).close();
    }

    @Test
    void aSecretMustBeLongAndIsNeverShown() {
        assertThatThrownBy(() -> new AccessToken("short", "abc", Set.of(Scope.READ), Set.of()))
                .hasMessageContaining("at least 16");
        assertThat(OPTIONS.toString()).contains("limited").doesNotContain(LIMITED);
    }
}
