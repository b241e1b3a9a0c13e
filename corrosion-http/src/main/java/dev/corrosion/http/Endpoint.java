package dev.corrosion.http;

import reactor.core.publisher.Mono;

/** Serves one path. */
interface Endpoint {

    /**
     * Answers, with an {@link ApiException} if it cannot; thrown, or as the error of the mono. Must not block.
     *
     * @param caller who may still lack the permission
     */
    Mono<ApiResponse> handle(ApiRequest request, Caller caller);
}
