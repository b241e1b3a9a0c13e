package dev.corrosion.http;

import dev.corrosion.http.AccessToken.Scope;
import java.util.Locale;
import java.util.Set;

/**
 * Who has sent a request, as far as it matters.
 *
 * @param name for messages
 * @param tables in lower case; empty for all
 */
record Caller(String name, Set<Scope> scopes, Set<String> tables) implements ApiExtension.Permissions {

    /** May do everything. */
    static final Caller TRUSTED = new Caller("everybody", Set.of(Scope.READ, Scope.WRITE), Set.of());

    void require(Scope scope) {
        if (!scopes.contains(scope)) {
            throw ApiException.forbidden("the token " + name + " may not " + (scope == Scope.READ ? "read" : "write")
                    + ": it lacks the scope");
        }
    }

    /** Whether it may use some tables only. */
    boolean isLimited() {
        return !tables.isEmpty();
    }

    /** A table of a limited caller. */
    void requireTable(String table) {
        if (isLimited() && !tables.contains(table.toLowerCase(Locale.ROOT))) {
            throw ApiException.forbidden("the token " + name + " may not use the table " + table);
        }
    }

    @Override
    public void requireRead(String table) {
        require(Scope.READ);
        requireTable(table);
    }

    @Override
    public void requireWrite(String table) {
        require(Scope.WRITE);
        requireTable(table);
    }
}
