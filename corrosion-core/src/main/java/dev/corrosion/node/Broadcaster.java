package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.broadcast.Broadcast;
import dev.corrosion.protocol.Changes;
import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.protocol.Message;
import dev.corrosion.protocol.VersionHead;
import dev.corrosion.protocol.VersionPart;
import dev.corrosion.protocol.Wire;
import dev.corrosion.transport.Peer;
import dev.corrosion.transport.Transport;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the broadcast machine on the event loop: sends own commits, takes in those of others. */
final class Broadcaster {

    private static final Logger log = LoggerFactory.getLogger(Broadcaster.class);

    private final EventLoop loop;
    private final Transport transport;
    private final ApplyQueue queue;
    private final NodeCounters counters;
    private final Supplier<List<MemberRecord>> members;
    private final Broadcast broadcast;
    private boolean flushing;

    Broadcaster(
            ActorId self,
            EventLoop loop,
            Transport transport,
            ApplyQueue queue,
            NodeCounters counters,
            Supplier<List<MemberRecord>> members) {
        this.loop = loop;
        this.transport = transport;
        this.queue = queue;
        this.counters = counters;
        this.members = members;
        this.broadcast = new Broadcast(self);
    }

    /** A version was committed here; the part is null if it is too large to send unasked. Any thread, in order. */
    void committed(long version, @Nullable VersionPart part) {
        loop.execute(() -> {
            if (part == null) {
                broadcast.committedLarge(version);
            } else {
                broadcast.committed(part);
            }
            if (!flushing) {
                // At the end of the queue: commits that are already waiting share the frame.
                flushing = true;
                loop.execute(this::flush);
            }
        });
    }

    /** A frame that came unasked: only the author of changes may send them so. */
    CompletionStage<?> onFrame(Peer from, Message message) {
        boolean genuine = message instanceof Changes changes
                ? changes.parts().stream().allMatch(part -> part.actor().equals(from.actorId()))
                : message instanceof VersionHead head && head.actor().equals(from.actorId());
        if (!genuine) {
            counters.messagesRejected.increment();
            log.warn(
                    "{} sent {} that is not its own; dropped",
                    from,
                    message.getClass().getSimpleName());
            return CompletableFuture.completedFuture(null);
        }
        return queue.submit(new Received(from.actorId(), message, null)).room();
    }

    private void flush() {
        flushing = false;
        for (Broadcast.Send send : broadcast.flush(members.get())) {
            byte[] frame = Wire.encode(send.message());
            send.to().forEach(address -> transport.sendFrame(address, frame));
        }
    }
}
