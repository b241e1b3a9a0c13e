package dev.corrosion;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row of a table was written, here or on another node.
 *
 * @param table its name, as it is declared
 * @param type what has become of the row
 * @param key the values of its primary key, in the order of the declaration; empty for {@link Type#ANY}
 * @param actor who wrote it; null if it was no transaction
 * @param version of that actor, 0 if there is none
 */
public record TableUpdate(
        String table,
        Type type,
        List<@Nullable Object> key,
        @Nullable ActorId actor,
        long version) {

    /** What has become of a row. */
    public enum Type {
        /** It is there, new or changed. */
        UPSERT,
        /** It is not there any more. */
        DELETE,
        /** Any row may have changed: a transaction was very large, or a copy of another node's database was put in place. */
        ANY
    }
}
