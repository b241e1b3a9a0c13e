package dev.corrosion.http;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A request as a server hands it to {@link HttpApi#handle}. Used once. */
public interface ApiRequest {

    /** Such as {@code POST}. */
    String method();

    /** Percent-decoded, below the place where the API is mounted: begins with {@code /v1/}. */
    String path();

    /** The parameters of the query string, decoded; the first of each name counts. */
    Map<String, String> query();

    /** The first value of a header, whose name is given in lower case. */
    @Nullable String header(String name);

    /**
     * Whether somebody else has made sure already that this client may use the API: TLS by its certificate, or the application
     * by its own security.
     */
    boolean isTrusted();

    /**
     * The whole body. Is not read before it is subscribed to, and then once. What goes wrong with it is a {@link
     * RequestBodyException}.
     *
     * @param maxBytes how many it may have
     */
    Mono<byte[]> body(long maxBytes);
}
