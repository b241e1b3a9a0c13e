package dev.corrosion.http;

import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who has the secret may do what the scopes say.
 *
 * @param name what people call it; it is in messages, the secret never is
 * @param secret sent as {@code Authorization: Bearer <secret>}; at least {@link #MIN_SECRET} characters that can be in a header
 * @param scopes what it may do; not empty
 * @param tables the only tables that it may do that with, without regard to case; empty for all
 */
public record AccessToken(String name, String secret, Set<Scope> scopes, Set<String> tables) {

    /** Shortest secret, in characters: 16 of base64 are 96 bits. */
    public static final int MIN_SECRET = 16;

    /** What a token may do. */
    public enum Scope {
        /** Queries, subscriptions, updates, counts and health. */
        READ,
        /** Transactions. */
        WRITE
    }

    public AccessToken {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a token has no name");
        }
        if (secret.length() < MIN_SECRET || secret.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw new IllegalArgumentException("the token " + name + " must have at least " + MIN_SECRET
                    + " characters, letters, digits and signs without spaces, such as from `openssl rand -base64 32`");
        }
        if (scopes.isEmpty()) {
            throw new IllegalArgumentException("the token " + name + " has no scopes: give it read, write or both");
        }
        scopes = Set.copyOf(scopes);
        tables = tables.stream().map(table -> table.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }

    /** Never shows the secret. */
    @Override
    public String toString() {
        return "AccessToken[name=" + name + ", scopes=" + scopes + ", tables=" + tables + "]";
    }
}
