package dev.corrosion.discovery.registration;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.corrosion.ActorId;
import dev.corrosion.Corrosion;
import dev.corrosion.NodeActivity;
import dev.corrosion.NodeStatus;
import dev.corrosion.Statement;
import dev.corrosion.WriteException;
import dev.corrosion.WriteResult;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.support.GenericApplicationContext;
import reactor.core.publisher.Flux;

class DeregistrationFailureTests {

    private static final ActorId ID = new ActorId(new UUID(1, 1));

    private final Corrosion corrosion = mock();
    private final GenericApplicationContext context = new GenericApplicationContext();

    @Test
    void anApplicationThatCannotDeregisterStopsAllTheSameAndTriesAgain() {
        when(corrosion.actorId()).thenReturn(ID);
        when(corrosion.status()).thenReturn(status());
        when(corrosion.live(any())).thenReturn(Flux.never());
        when(corrosion.write(any(Statement[].class))).thenReturn(new WriteResult(ID, 1, List.of(1L)));
        context.refresh();
        CorrosionServiceRegistry registry = new CorrosionServiceRegistry(corrosion, Registrations.machine());
        CorrosionAutoServiceRegistration registration = new CorrosionAutoServiceRegistration(
                context,
                registry,
                CorrosionRegistration.builder("orders", "node", "127.0.0.1")
                        .port(80)
                        .build(),
                Optional::empty,
                new RegistrationCallbacks(List.of()),
                new RegistrationRules(true, true, true, Duration.ZERO),
                null);
        registration.start();
        ready(registration, ReadinessState.ACCEPTING_TRAFFIC);

        when(corrosion.write(any(Statement[].class))).thenThrow(new WriteException("refused", -1, null));
        ready(registration, ReadinessState.REFUSING_TRAFFIC);
        registration.stop();
        registry.close();

        verify(corrosion, times(3))
                .write(Statement.of(
                        "DELETE FROM services WHERE instance_id = ? AND node_id = ?", "orders:node:80", ID.toString()));
    }

    private void ready(CorrosionAutoServiceRegistration registration, ReadinessState state) {
        registration.onAvailability(new AvailabilityChangeEvent<>(context, state));
    }

    private static NodeStatus status() {
        return new NodeStatus(
                ID,
                "n",
                new InetSocketAddress(1),
                Instant.EPOCH,
                Path.of("x"),
                0,
                "",
                List.of(),
                List.of(),
                Map.of(),
                List.of(),
                Map.of(),
                List.of(),
                List.of(),
                List.of(),
                NodeActivity.NONE,
                NodeStatus.Certificates.NONE);
    }
}
