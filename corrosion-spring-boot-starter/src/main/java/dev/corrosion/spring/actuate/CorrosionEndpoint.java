package dev.corrosion.spring.actuate;

import dev.corrosion.ActorId;
import dev.corrosion.Corrosion;
import dev.corrosion.Operations;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.annotation.RegisterReflectionForBinding;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * Actuator endpoint {@code corrosion}: the node, its members and what it holds, as a whole or a part. Only reads, unless
 * {@code management.endpoint.corrosion.access=unrestricted}.
 */
@Endpoint(id = "corrosion", defaultAccess = Access.READ_ONLY)
@RegisterReflectionForBinding({CorrosionReport.class, TableView.class, Operations.Started.class})
public final class CorrosionEndpoint {

    private static final String TABLES = "tables";

    private final Corrosion corrosion;

    public CorrosionEndpoint(Corrosion corrosion) {
        this.corrosion = corrosion;
    }

    /** The node as it is now. */
    @ReadOperation
    public CorrosionReport report() {
        return CorrosionReport.of(corrosion.status());
    }

    /** A part of it; null, which is answered by 404, if there is none of this name. Tables are counted, for some seconds. */
    @ReadOperation
    public @Nullable Object part(@Selector String part) {
        if (part.equals(TABLES)) {
            return TableView.of(corrosion.operations().tables());
        }
        return report().part(part);
    }

    /** One of the tables with its digest; null if there is none. */
    @ReadOperation
    public @Nullable TableView table(@Selector String part, @Selector String name) {
        return part.equals(TABLES)
                ? corrosion.operations().table(name).map(TableView::of).orElse(null)
                : null;
    }

    /**
     * Asks the node for something; see {@link Operations}.
     *
     * @param operation rejoin, snapshot, verify or collect
     * @param member actor id of the member that it is about, for snapshot and verify
     */
    @WriteOperation
    public Operations.Started run(@Selector String operation, @Nullable String member) {
        Operations operations = corrosion.operations();
        Optional<ActorId> wanted = Optional.ofNullable(member).map(CorrosionEndpoint::actor);
        return switch (operation) {
            case "rejoin" -> operations.rejoin();
            case "snapshot" -> operations.snapshot(wanted);
            case "verify" -> operations.verify(wanted);
            case "collect" -> operations.collect();
            default ->
                throw new InvalidEndpointRequestException(
                        "there is no operation " + operation + ": it is one of "
                                + List.of("rejoin", "snapshot", "verify", "collect"),
                        "no such operation");
        };
    }

    private static ActorId actor(String member) {
        try {
            return ActorId.parse(member);
        } catch (IllegalArgumentException e) {
            throw new InvalidEndpointRequestException(
                    "'" + member + "' is no actor id: /actuator/corrosion/members has those of the members",
                    "no actor id",
                    e);
        }
    }
}
