package dev.corrosion.sample;

import dev.corrosion.Statement;
import dev.corrosion.spring.CorrosionTemplate;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The todo list that all nodes share. Every node writes to its own copy. */
@RestController
@RequestMapping("/api/todos")
class TodoController {

    private static final String ALL = "SELECT id, title, done FROM todos ORDER BY title, id";
    private static final int MAX_TITLE_LENGTH = 200;

    private final CorrosionTemplate corrosion;

    TodoController(CorrosionTemplate corrosion) {
        this.corrosion = corrosion;
    }

    /** What a caller sends; absent fields stay as they are. */
    record Input(@Nullable String title, @Nullable Boolean done) {}

    @GetMapping
    Flux<Todo> list() {
        return corrosion.query(Todo.class, ALL);
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    Mono<Todo> add(@RequestBody Input input) {
        String title = input.title();
        if (title == null) {
            return Mono.error(new ResponseStatusException(HttpStatus.BAD_REQUEST, "a todo needs a title"));
        }
        Todo todo = new Todo(UUID.randomUUID().toString(), checked(title), Boolean.TRUE.equals(input.done()));
        return corrosion
                .execute(Statement.of(
                        "INSERT INTO todos (id, title, done) VALUES (?, ?, ?)", todo.id(), todo.title(), todo.done()))
                .thenReturn(todo);
    }

    /** Two nodes may change different fields of one todo at the same time; both changes stay. */
    @PutMapping("/{id}")
    Mono<Todo> change(@PathVariable String id, @RequestBody Input input) {
        String title = input.title() == null ? null : checked(input.title());
        return corrosion
                .execute(Statement.of(
                        "UPDATE todos SET title = COALESCE(?, title), done = COALESCE(?, done) WHERE id = ?",
                        title,
                        input.done(),
                        id))
                .thenMany(corrosion.query(Todo.class, "SELECT id, title, done FROM todos WHERE id = ?", id))
                .next()
                .switchIfEmpty(Mono.error(() -> notFound(id)));
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    Mono<Void> delete(@PathVariable String id) {
        return corrosion
                .execute(Statement.of("DELETE FROM todos WHERE id = ?", id))
                .filter(result -> result.rowsAffected() > 0)
                .switchIfEmpty(Mono.error(() -> notFound(id)))
                .then();
    }

    /** The todos that are there as {@code insert}, then every {@code insert}, {@code update} and {@code delete}. */
    @GetMapping("/stream")
    Flux<ServerSentEvent<Todo>> stream() {
        return corrosion.changes(Todo.class, ALL).map(change -> ServerSentEvent.builder(change.value())
                .event(change.type().name().toLowerCase(Locale.ROOT))
                .build());
    }

    private static String checked(String title) {
        if (title.isBlank() || title.length() > MAX_TITLE_LENGTH) {
            throw new ResponseStatusException(
                    HttpStatus.BAD_REQUEST, "a title has 1 to " + MAX_TITLE_LENGTH + " characters");
        }
        return title.strip();
    }

    private static ResponseStatusException notFound(String id) {
        return new ResponseStatusException(HttpStatus.NOT_FOUND, "no todo " + id);
    }
}
