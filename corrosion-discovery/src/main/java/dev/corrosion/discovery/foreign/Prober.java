package dev.corrosion.discovery.foreign;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Asks instances whether they are well. Blocks nobody; bodies of answers are not kept. */
class Prober {

    private static final int TOO_MANY_REQUESTS = 429;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    /**
     * What came of it.
     *
     * @param output for people, one line
     */
    record Result(CheckStatus status, String output) {

        /** Longest output that is kept. */
        static final int MAX_OUTPUT = 256;

        Result {
            output = output.length() > MAX_OUTPUT ? output.substring(0, MAX_OUTPUT) : output;
        }
    }

    /** Never fails: what goes wrong is a critical result. */
    CompletableFuture<Result> probe(CheckKind kind) {
        if (kind instanceof CheckKind.Http check) {
            return probe(check);
        }
        return kind instanceof CheckKind.Tcp check
                ? probe(check)
                : CompletableFuture.failedFuture(new IllegalArgumentException(kind + " is not probed"));
    }

    private CompletableFuture<Result> probe(CheckKind.Http check) {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(check.url())
                    .timeout(check.timeout())
                    .method(check.method(), HttpRequest.BodyPublishers.noBody());
            check.headers().forEach(request::header);
            return http.sendAsync(request.build(), BodyHandlers.discarding())
                    // The request's own time ends with the headers.
                    .orTimeout(check.timeout().toMillis(), TimeUnit.MILLISECONDS)
                    .handle((response, failure) -> response == null
                            ? failed(check.method() + " " + check.url(), failure)
                            : new Result(
                                    status(response.statusCode()),
                                    check.method() + " " + check.url() + ": " + response.statusCode()));
        } catch (IllegalArgumentException e) {
            return CompletableFuture.completedFuture(failed(check.method() + " " + check.url(), e));
        }
    }

    private static CheckStatus status(int code) {
        if (code / 100 == 2) {
            return CheckStatus.PASSING;
        }
        return code == TOO_MANY_REQUESTS ? CheckStatus.WARNING : CheckStatus.CRITICAL;
    }

    private static CompletableFuture<Result> probe(CheckKind.Tcp check) {
        String what = "TCP " + check.host() + ":" + check.port();
        CompletableFuture<Result> result = new CompletableFuture<>();
        try {
            AsynchronousSocketChannel channel = AsynchronousSocketChannel.open();
            CompletableFuture<Result> closing = result.whenComplete((done, failure) -> close(channel));
            result.completeOnTimeout(
                    new Result(CheckStatus.CRITICAL, what + ": no answer within " + check.timeout()),
                    check.timeout().toMillis(),
                    TimeUnit.MILLISECONDS);
            channel.connect(new InetSocketAddress(check.host(), check.port()), null, new CompletionHandler<>() {
                @Override
                public void completed(Void nothing, @Nullable Object attachment) {
                    result.complete(new Result(CheckStatus.PASSING, what + ": connected"));
                }

                @Override
                public void failed(Throwable failure, @Nullable Object attachment) {
                    result.complete(Prober.failed(what, failure));
                }
            });
            return closing;
        } catch (IOException | RuntimeException e) {
            result.complete(failed(what, e));
            return result;
        }
    }

    private static void close(AsynchronousSocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing was written that could be lost.
            throw new CompletionException(e);
        }
    }

    private static Result failed(String what, @Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return new Result(CheckStatus.CRITICAL, what + ": " + cause);
    }
}
