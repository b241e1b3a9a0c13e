package dev.corrosion.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who has sent a request. Secrets are compared by their digests and with all tokens, so how long that takes tells
 * nothing of them.
 */
final class Authorization {

    private static final String BEARER = "bearer ";

    /** Where clients of Consul put theirs. */
    private static final String CONSUL_TOKEN = "x-consul-token";

    @SuppressWarnings("ArrayRecordComponent") // only ever compared by MessageDigest.isEqual
    private record Known(byte[] digest, Caller caller) {}

    private final List<Known> tokens;

    Authorization(List<AccessToken> tokens) {
        this.tokens = tokens.stream()
                .map(token ->
                        new Known(digest(token.secret()), new Caller(token.name(), token.scopes(), token.tables())))
                .toList();
    }

    boolean requiresToken() {
        return !tokens.isEmpty();
    }

    /** @throws ApiException 401 without a token that is known, 421 if a browser may have been lured here */
    Caller caller(ApiRequest request) {
        if (tokens.isEmpty()) {
            if (!request.isTrusted()) {
                requireLocalName(request.header("host"));
            }
            return Caller.TRUSTED;
        }
        byte[] given = digest(token(request));
        Caller found = null;
        for (Known known : tokens) {
            if (MessageDigest.isEqual(known.digest(), given)) {
                found = known.caller();
            }
        }
        if (found == null) {
            throw ApiException.unauthorized("the token is not known");
        }
        return found;
    }

    private static String token(ApiRequest request) {
        String header = request.header("authorization");
        if (header != null && header.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            return header.substring(BEARER.length()).trim();
        }
        String consul = request.header(CONSUL_TOKEN);
        if (consul == null) {
            throw ApiException.unauthorized("a token is needed: Authorization: Bearer <token>");
        }
        return consul.trim();
    }

    /**
     * Without tokens the API is for this machine. A web page could still reach it, if the name of its own host is made to
     * resolve to loopback; then that name is in the request.
     */
    private static void requireLocalName(@Nullable String host) {
        if (host != null && !isAddressOrLocalhost(host)) {
            throw new ApiException(
                    ApiException.MISDIRECTED,
                    "without tokens, the API is only there under localhost or an IP address, not as " + host);
        }
    }

    private static boolean isAddressOrLocalhost(String host) {
        if (host.startsWith("[")) {
            return true; // an IPv6 address: no name has brackets
        }
        int port = host.indexOf(':');
        String name = port < 0 ? host : host.substring(0, port);
        return name.equalsIgnoreCase("localhost") || name.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    }

    private static byte[] digest(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
