package dev.corrosion.broadcast;

import dev.corrosion.ActorId;
import dev.corrosion.protocol.Changes;
import dev.corrosion.protocol.MemberRecord;
import dev.corrosion.protocol.Message;
import dev.corrosion.protocol.VersionHead;
import dev.corrosion.protocol.VersionPart;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Sends own commits straight to every present member. What is committed while a frame is being prepared shares it; what
 * gets lost is a gap at the receiver, and anti-entropy fills it.
 *
 * <p>Not thread-safe.
 */
public final class Broadcast {

    /** Changes of one frame, in bytes; also the largest version that is sent with its changes. */
    public static final int MAX_FRAME_BYTES = 64 << 10;

    private final ActorId self;
    private final List<VersionPart> pending = new ArrayList<>();
    private long announced;

    public Broadcast(ActorId self) {
        this.self = self;
    }

    /** One message, to be encoded once, and everybody whom it is for. */
    public record Send(Message message, List<InetSocketAddress> to) {}

    /** A version was committed here and fits a frame. */
    public void committed(VersionPart part) {
        pending.add(part);
    }

    /** A version was committed here that is too large to send unasked. */
    public void committedLarge(long version) {
        announced = Math.max(announced, version);
    }

    /** Takes everything committed since the last time and addresses it to all present members. */
    public List<Send> flush(Collection<MemberRecord> members) {
        List<Message> messages = new ArrayList<>();
        List<VersionPart> frame = new ArrayList<>();
        int bytes = 0;
        for (VersionPart part : pending) {
            if (!frame.isEmpty() && bytes + part.estimatedBytes() > MAX_FRAME_BYTES) {
                messages.add(new Changes(frame));
                frame.clear();
                bytes = 0;
            }
            frame.add(part);
            bytes += part.estimatedBytes();
        }
        if (!frame.isEmpty()) {
            messages.add(new Changes(frame));
        }
        if (announced > 0) {
            messages.add(new VersionHead(self, announced));
        }
        pending.clear();
        announced = 0;
        List<InetSocketAddress> present = members.stream()
                .filter(MemberRecord::isPresent)
                .map(MemberRecord::address)
                .toList();
        return present.isEmpty()
                ? List.of()
                : messages.stream().map(message -> new Send(message, present)).toList();
    }
}
