package dev.corrosion.membership;

import dev.corrosion.ActorId;
import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.protocol.SwimPacket.Ack;
import dev.corrosion.protocol.SwimPacket.Nack;
import dev.corrosion.protocol.SwimPacket.Ping;
import dev.corrosion.protocol.SwimPacket.PingRequest;
import java.util.HashMap;
import java.util.Map;

/** Pings on behalf of others: passes the answer on, or says in time that there is none yet. */
final class Relays {

    /** Pings on behalf of others at a time; who asks for more gets no answer. */
    private static final int MAX_OPEN = 256;

    /** A nack leaves after this part, in percent, of the time that an answer may take. */
    private static final int NACK_PERCENT = 80;

    /** How many such times an answer may take to be still of use. */
    private static final int LAST_TIMES = 3;

    private static final class Relay {
        private final MemberRecord asker;
        private final PingRequest request;
        private final long timeout;
        private boolean late;

        Relay(MemberRecord asker, PingRequest request, long timeout) {
            this.asker = asker;
            this.request = request;
            this.timeout = timeout;
        }
    }

    private final SwimConfig config;
    private final Lifeguard lifeguard;
    private final MemberTable members;
    private final RoundTrips roundTrips;
    private final Outbox outbox;
    private final Map<Long, Relay> open = new HashMap<>();
    private long numbers;

    /** Numbers the pings from the given one down, so that they are no probe's. */
    Relays(
            SwimConfig config,
            Lifeguard lifeguard,
            MemberTable members,
            RoundTrips roundTrips,
            Outbox outbox,
            long firstNumber) {
        this.config = config;
        this.lifeguard = lifeguard;
        this.members = members;
        this.roundTrips = roundTrips;
        this.outbox = outbox;
        this.numbers = firstNumber;
    }

    void asked(MemberRecord asker, PingRequest request) {
        if (open.size() >= MAX_OPEN) {
            return;
        }
        long timeout = config.probeTimeoutNanos(roundTrips.nanosTo(request.address()));
        long number = --numbers;
        open.put(number, new Relay(asker, request, timeout));
        Ping ping = new Ping(number, request.target());
        MemberRecord target = members.get(request.target());
        if (target != null && target.address().equals(request.address())) {
            outbox.send(target, ping);
        } else {
            outbox.send(request.address(), ping);
        }
        outbox.timer(new SwimTimer.RelayTimeout(number), timeout * NACK_PERCENT / 100);
    }

    void answered(Ack ack) {
        Relay relay = open.get(ack.probe());
        if (relay != null && isSubject(relay, ack.subject())) {
            open.remove(ack.probe());
            outbox.send(relay.asker, new Ack(relay.request.probe(), ack.subject()));
        }
    }

    void timeoutDue(SwimTimer.RelayTimeout timer) {
        Relay relay = open.get(timer.relay());
        if (relay == null) {
            return;
        }
        if (relay.late) {
            open.remove(timer.relay());
            return;
        }
        relay.late = true;
        if (lifeguard.isOn()) {
            outbox.send(relay.asker, new Nack(relay.request.probe(), relay.request.target()));
        }
        outbox.timer(timer, LAST_TIMES * relay.timeout);
    }

    private static boolean isSubject(Relay relay, ActorId subject) {
        return relay.request.target().equals(subject);
    }
}
