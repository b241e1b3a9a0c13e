package dev.corrosion.broadcast;

import dev.corrosion.ActorId;
import dev.corrosion.protocol.Message;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/** What the machine of dissemination wants done. */
public sealed interface BroadcastEffect {

    /** Encode once, send to each of them. */
    record Send(Message message, List<InetSocketAddress> to) implements BroadcastEffect {}

    /** Changes or a head that are new here. */
    record Deliver(ActorId from, Message message) implements BroadcastEffect {}

    /** Come back with a {@link BroadcastEvent.Flush} as soon as the events that already wait have been handled. */
    record FlushSoon() implements BroadcastEffect {}

    /** Come back with a {@link BroadcastEvent.Tick}. */
    record StartTimer(Duration delay) implements BroadcastEffect {}
}
