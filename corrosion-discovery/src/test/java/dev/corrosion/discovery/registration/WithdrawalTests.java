package dev.corrosion.discovery.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.corrosion.AcknowledgedWrite;
import dev.corrosion.Acknowledgement;
import dev.corrosion.ActorId;
import dev.corrosion.Corrosion;
import dev.corrosion.Member;
import dev.corrosion.NodeStatus;
import dev.corrosion.Statement;
import dev.corrosion.WriteResult;
import dev.corrosion.discovery.registration.CatalogWriter.Withdrawal;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whether a node waits for the others when it removes an instance, and for how long it goes on after that. */
@NullUnmarked
class WithdrawalTests {

    private static final ActorId ID = new ActorId(new UUID(1, 1));
    private static final Duration DELAY = Duration.ofMillis(500);

    private final Corrosion corrosion = mock();
    private final NodeStatus status = mock();
    private final List<Member> members = new ArrayList<>();

    @BeforeEach
    void node() {
        when(corrosion.actorId()).thenReturn(ID);
        when(corrosion.status()).thenReturn(status);
        when(status.members()).thenReturn(members);
    }

    private void members(Member.State state, int count) {
        for (int i = 0; i < count; i++) {
            ActorId id = new ActorId(new UUID(2, members.size()));
            members.add(new Member(id, "n", new InetSocketAddress(1), state, 0, Instant.EPOCH));
        }
    }

    private Withdrawal remove() {
        return new CatalogWriter(corrosion, Registrations.machine(), Clock.systemUTC())
                .remove(List.of("a", "b"), DELAY);
    }

    private void answer(boolean sufficient) {
        WriteResult result = new WriteResult(ID, 1, List.of(1L));
        when(corrosion.write(any(Acknowledgement.class), any(Statement[].class)))
                .thenReturn(new AcknowledgedWrite(result, sufficient, List.of(), List.of()));
    }

    @Test
    void allWhoArePresentAreAskedInOneTransaction() {
        members(Member.State.ALIVE, 2);
        members(Member.State.SUSPECT, 1);
        members(Member.State.DOWN, 5);
        members(Member.State.LEFT, 5);
        answer(true);
        assertThat(remove()).isEqualTo(Withdrawal.HEARD);
        verify(corrosion).write(eq(new Acknowledgement(3, 1, DELAY)), any(Statement.class), any(Statement.class));
    }

    @Test
    void whoeverDoesNotAnswerIsKnownNotToHaveHeard() {
        members(Member.State.ALIVE, 1);
        answer(false);
        assertThat(remove()).isEqualTo(Withdrawal.UNHEARD);
    }

    @Test
    void nobodyIsAskedIfThereIsNobodyOrIfThereAreTooMany() {
        members(Member.State.DOWN, 1);
        assertThat(remove()).isEqualTo(Withdrawal.NOBODY);
        members(Member.State.ALIVE, 65);
        assertThat(remove()).isEqualTo(Withdrawal.UNKNOWN);
        verify(corrosion, never()).write(any(Acknowledgement.class), any(Statement[].class));
    }

    @Test
    void theApplicationGoesOnForAsLongAsThatAsksFor() {
        RegistrationRules rules = new RegistrationRules(true, true, true, DELAY);
        Duration passed = Duration.ofMillis(10);
        assertThat(rules.rest(Withdrawal.NOBODY, passed)).isZero();
        assertThat(rules.rest(Withdrawal.HEARD, passed)).isEqualTo(RegistrationRules.SETTLE);
        assertThat(rules.rest(Withdrawal.HEARD, Duration.ofMillis(480))).isEqualTo(Duration.ofMillis(20));
        assertThat(rules.rest(Withdrawal.UNKNOWN, passed)).isEqualTo(Duration.ofMillis(490));
        assertThat(rules.rest(Withdrawal.UNHEARD, Duration.ofMillis(501))).isZero();
    }
}
