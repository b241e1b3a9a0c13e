package dev.corrosion.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.Statement;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transactions and queries over a real connection of HTTP/1.1. */
@NullUnmarked
class StatementsOverHttpTests {

    @TempDir
    Path directory;

    private TestServer node;

    @BeforeEach
    void start() {
        node = TestServer.start(directory);
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private static String withoutTimes(String json) {
        return json.replaceAll("\"time\":[0-9.E-]+", "\"time\":0");
    }

    @Test
    void everyFormOfAStatementIsWritten() {
        HttpResponse<String> response = node.post("/v1/transactions", """
                ["INSERT INTO todo (id, title) VALUES (1, 'plain')",
                 ["INSERT INTO todo (id, title, weight, data) VALUES (?, ?, ?, ?)", [2, "list", 1.0, [0, 127, 255]]],
                 ["INSERT INTO todo (id, title, weight) VALUES (:id, @title, $weight)", {":id": 3, "@title": "named", "$weight": 2}],
                 {"query": "INSERT INTO todo (id, title, data) VALUES (?, ?, ?)", "params": [4, [1, 300], []]},
                 {"query": "INSERT INTO todo (id, title, weight) VALUES (:id, :t, :w)", "params": null,
                  "named_params": {":id": 5, ":t": {"a": [true]}, ":w": 18446744073709551615}}]""");

        assertThat(response.statusCode()).isEqualTo(200);
        String one = "{\"rows_affected\":1,\"time\":0}";
        assertThat(withoutTimes(response.body()))
                .isEqualTo("{\"results\":[" + String.join(",", one, one, one, one, one)
                        + "],\"time\":0,\"version\":1,\"actor_id\":\"" + node.corrosion.actorId() + "\"}");
        assertThat(node.post("/v1/queries", "\"SELECT id, title, weight, data FROM todo ORDER BY id\"")
                        .body()
                        .lines())
                .map(StatementsOverHttpTests::withoutTimes)
                .containsExactly(
                        "{\"columns\":[\"id\",\"title\",\"weight\",\"data\"]}",
                        "{\"row\":[1,[1,\"plain\",null,null]]}",
                        "{\"row\":[2,[2,\"list\",1.0,[0,127,255]]]}",
                        "{\"row\":[3,[3,\"named\",2.0,null]]}",
                        "{\"row\":[4,[4,\"[1,300]\",null,[]]]}",
                        "{\"row\":[5,[5,\"{\\\"a\\\":[true]}\",1.8446744073709552E19,null]]}",
                        "{\"eoq\":{\"time\":0}}");
    }

    @Test
    void aTransactionThatChangesNothingHasNoVersion() {
        assertThat(node.post("/v1/transactions", "[\"DELETE FROM todo\"]").body())
                .contains("\"rows_affected\":0")
                .contains("\"version\":null");
    }

    @Test
    void aFailedTransactionIsRolledBackAndSaysSoInItsFirstResult() {
        HttpResponse<String> response = node.post(
                "/v1/transactions",
                "[\"INSERT INTO todo (id) VALUES (1)\", \"INSERT INTO todo (id, title) VALUES (2, NULL)\"]");

        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body())
                .startsWith("{\"results\":[{\"error\":\"statement 2 of 2: NOT NULL constraint failed: todo.title")
                .endsWith(",\"time\":0.0,\"version\":null,\"actor_id\":\"" + node.corrosion.actorId() + "\"}");
        assertThat(node.corrosion.query(Statement.of("SELECT id FROM todo"))).isEmpty();
    }

    @Test
    void badSqlIs400WithItsPlace() {
        HttpResponse<String> write = node.post("/v1/transactions", "[\"INSERT INTO todo (id) VALUE (1)\"]");
        HttpResponse<String> query = node.post("/v1/queries", "\"SELECT id,\\n titel FROM todo\"");

        assertThat(write.statusCode()).isEqualTo(400);
        assertThat(write.body())
                .startsWith("{\"results\":[{\"error\":\"line 1, column 23: near \\\"VALUE\\\": syntax error");
        assertThat(query.statusCode()).isEqualTo(400);
        assertThat(query.body()).isEqualTo("{\"error\":\"line 2, column 2: no such column: titel\"}");
    }

    @Test
    void aQueryThatWritesIsRefusedAndWritesNothing() {
        HttpResponse<String> response = node.post("/v1/queries", "\"INSERT INTO todo (id) VALUES (1) RETURNING id\"");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(node.corrosion.query(Statement.of("SELECT id FROM todo"))).isEmpty();
    }

    @Test
    void anEmptyResultHasItsColumns() {
        assertThat(node.post("/v1/queries", "[\"SELECT id, title AS t FROM todo WHERE id = ?\", [7]]")
                        .body()
                        .lines())
                .hasSize(2)
                .first()
                .isEqualTo("{\"columns\":[\"id\",\"t\"]}");
    }

    @Test
    void parametersOfAQueryKeepTheirTypes() {
        String types = "SELECT typeof(:a), typeof($b), hex(:c), typeof(@d), :e, :a IS NULL";

        assertThat(node.post(
                                "/v1/queries",
                                "[\"" + types
                                        + "\", {\":e\": true, \"@d\": 2.0, \":c\": [1, 255], \"$b\": 7, \":a\": null}]")
                        .body())
                .contains("{\"row\":[1,[\"null\",\"integer\",\"01FF\",\"real\",1,1]]}");
        assertThat(node.post("/v1/queries", "[\"SELECT ?2, ?1\", [\"one\", \"two\"]]")
                        .body())
                .contains("{\"row\":[1,[\"two\",\"one\"]]}");
    }

    @Test
    void aLargeResultIsStreamedWhole() {
        String sql = "\"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)"
                + " SELECT i, 'some text to make the row longer' FROM n\"";

        String body = node.post("/v1/queries", sql).body();

        assertThat(body.lines().count()).isEqualTo(200_002);
        assertThat(body.lines().skip(200_000).findFirst())
                .contains("{\"row\":[200000,[200000,\"some text to make the row longer\"]]}");
    }

    @Test
    void aQueryThatTakesTooLongIsBrokenOff() {
        String endless = "\"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n\"";

        HttpResponse<String> response = node.post("/v1/queries?timeout=1", endless);

        assertThat(response.body()).contains("\"error\"").contains("1 s");
    }

    @Test
    void malformedRequestsAreToldWhatIsWrong() {
        assertThat(node.post("/v1/transactions", "[\"DELETE FROM todo\"").body())
                .contains("column");
        assertThat(node.post("/v1/transactions", "[]").statusCode()).isEqualTo(400);
        assertThat(node.post("/v1/transactions", "").statusCode()).isEqualTo(400);
        assertThat(node.post("/v1/queries", "{\"params\":[]}").body()).contains("no \\\"query\\\"");
        assertThat(node.post("/v1/queries", "[\"SELECT ?\", []]").body()).contains("1 parameters, but 0 values");
        assertThat(node.post("/v1/queries?timeout=soon", "\"SELECT 1\"").body()).contains("timeout");
        assertThat(node.get("/v1/queries").statusCode()).isEqualTo(405);
        assertThat(node.get("/v2/queries").statusCode()).isEqualTo(404);
        assertThat(node.get("/v1/health").statusCode()).isEqualTo(200);
    }
}
