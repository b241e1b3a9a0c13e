package dev.corrosion.http;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How the API behaves. Immutable.
 *
 * @param tokens who may use it; if there is any, each request needs one. Without, everybody who can reach it may do everything
 * @param durable whether subscriptions can be come back to after a restart or a crash of the node
 * @param limits what requests may take
 */
public record HttpApiOptions(List<AccessToken> tokens, boolean durable, HttpApiLimits limits) {

    /** No tokens, durable, the default limits. */
    public static final HttpApiOptions DEFAULT = new HttpApiOptions(List.of(), true, HttpApiLimits.DEFAULT);

    public HttpApiOptions {
        tokens = List.copyOf(tokens);
        Set<String> secrets = new HashSet<>();
        for (AccessToken token : tokens) {
            if (!secrets.add(token.secret())) {
                throw new IllegalArgumentException(
                        "the token " + token.name() + " has the same secret as another one: give each its own");
            }
        }
    }
}
