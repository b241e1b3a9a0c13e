package dev.corrosion.http;

import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionException;
import dev.corrosion.TableUpdate;
import dev.corrosion.http.AccessToken.Scope;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;

/** {@code POST /v1/updates/{table}}: which rows of a table are written, from now on. */
final class Updates {

    private final Corrosion corrosion;
    private final Workers workers;
    private final Gate streams;

    Updates(Corrosion corrosion, Workers workers, Gate streams) {
        this.corrosion = corrosion;
        this.workers = workers;
        this.streams = streams;
    }

    Mono<ApiResponse> follow(Caller caller, String table) {
        caller.require(Scope.READ);
        caller.requireTable(table);
        return workers.call(() -> {
                    if (corrosion.status().tables().stream().noneMatch(name -> name.equalsIgnoreCase(table))) {
                        throw ApiException.badRequest("there is no replicated table " + table);
                    }
                    return streams.enter();
                })
                .flatMap(place -> FirstEvent.of(listened(table))
                        .map(begun -> Responses.events(
                                Map.of("corro-query-id", id(table).toString()),
                                lines(begun).doFinally(signal -> place.close())))
                        .doOnError(e -> place.close())
                        .doOnCancel(place::close));
    }

    /** The same for all who follow the table on this node. There is nothing to come back to. */
    private UUID id(String table) {
        String name = corrosion.actorId() + "/" + table.toLowerCase(Locale.ROOT);
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }

    /** Begins with an empty one as soon as nothing is missed any more; so the head can be sent, and says just that. */
    private Flux<Optional<TableUpdate>> listened(String table) {
        return Flux.merge(corrosion.updates(table).map(Optional::of), Flux.just(Optional.empty()));
    }

    private static Flux<byte[]> lines(FirstEvent.Begun<Optional<TableUpdate>> begun) {
        return begun.rest()
                .startWith(begun.first())
                .handle((Optional<TableUpdate> update, SynchronousSink<TableUpdate> sink) ->
                        update.ifPresent(sink::next))
                .takeUntil(update -> update.type() == TableUpdate.Type.ANY)
                .map(Updates::line)
                .onErrorResume(
                        CorrosionException.class, e -> Flux.just(JsonLines.error(String.valueOf(e.getMessage()))));
    }

    private static byte[] line(TableUpdate update) {
        return switch (update.type()) {
            case UPSERT -> JsonLines.notify("update", update.key());
            case DELETE -> JsonLines.notify("delete", update.key());
            case ANY -> JsonLines.error("any row of " + update.table() + " may have changed: read it anew");
        };
    }
}
