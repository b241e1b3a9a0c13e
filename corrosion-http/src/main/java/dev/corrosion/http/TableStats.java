package dev.corrosion.http;

import dev.corrosion.Corrosion;
import dev.corrosion.Statement;
import dev.corrosion.http.AccessToken.Scope;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Mono;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamReadException;

/** {@code POST /v1/table_stats}: how many rows some tables have together. */
final class TableStats implements Endpoint {

    /** Each is counted row by row. */
    private static final int MAX_TABLES = 1000;

    private final Corrosion corrosion;
    private final Workers workers;
    private final HttpApiLimits limits;

    TableStats(Corrosion corrosion, Workers workers, HttpApiLimits limits) {
        this.corrosion = corrosion;
        this.workers = workers;
        this.limits = limits;
    }

    @Override
    public Mono<ApiResponse> handle(ApiRequest request, Caller caller) {
        caller.require(Scope.READ);
        Parameters.requireJson(request);
        return request.body(limits.bodyBytes())
                .map(body -> Json.read(body, TableStats::tables))
                .flatMap(tables -> {
                    tables.forEach(caller::requireTable);
                    return workers.call(() -> count(tables));
                });
    }

    private static List<String> tables(JsonParser parser) {
        List<String> tables = null;
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new StreamReadException(parser, "an object is expected: {\"tables\":[\"a\",\"b\"]}");
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            boolean wanted = parser.currentName().equals("tables");
            JsonToken value = parser.nextToken();
            if (!wanted) {
                parser.skipChildren();
            } else if (value == JsonToken.START_ARRAY) {
                tables = names(parser);
            }
        }
        if (tables == null) {
            throw new StreamReadException(parser, "\"tables\" must be an array of names");
        }
        return tables;
    }

    private static List<String> names(JsonParser parser) {
        List<String> names = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.VALUE_STRING || names.size() == MAX_TABLES) {
                throw new StreamReadException(
                        parser, "\"tables\" must be an array of at most " + MAX_TABLES + " names");
            }
            names.add(parser.getString());
        }
        return names;
    }

    private ApiResponse count(List<String> tables) {
        List<String> replicated = corrosion.status().tables();
        List<String> invalid = new ArrayList<>();
        long total = 0;
        for (String table : tables) {
            if (replicated.stream().anyMatch(name -> name.equalsIgnoreCase(table))) {
                String name = '"' + table.replace("\"", "\"\"") + '"';
                total += corrosion
                        .query(Statement.of("SELECT count(*) AS n FROM " + name))
                        .get(0)
                        .getLong("n");
            } else {
                invalid.add(table);
            }
        }
        long sum = total;
        return Responses.json(200, json -> {
            json.writeNumberProperty("total_row_count", sum);
            json.writeArrayPropertyStart("invalid_tables");
            invalid.forEach(json::writeString);
            json.writeEndArray();
        });
    }
}
