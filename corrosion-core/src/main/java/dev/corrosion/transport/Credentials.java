package dev.corrosion.transport;

import dev.corrosion.ActorId;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a node's certificate says of it, beyond that it is a member.
 *
 * @param actor whom it was issued to; null if it names nobody
 * @param tags what the authority calls it
 */
public record Credentials(@Nullable ActorId actor, Set<String> tags) {

    /** Of somebody of whom nothing is known. */
    public static final Credentials NONE = new Credentials(null, Set.of());

    public Credentials {
        tags = Set.copyOf(tags);
    }

    /** Of a certificate that names an actor and nothing else. */
    public static Credentials of(ActorId actor) {
        return new Credentials(actor, Set.of());
    }
}
