package dev.corrosion.simulation;

import dev.corrosion.protocol.Wire;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What has happened, in order, as a hash: two runs of one seed have the same. */
final class EventLog {

    private final VirtualTime time;
    private final @Nullable Consumer<String> trace;
    private final MessageDigest digest;
    private long events;

    /** @param trace gets every event in words, if it is wanted */
    EventLog(VirtualTime time, @Nullable Consumer<String> trace) {
        this.time = time;
        this.trace = trace;
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    void note(String what, byte[] content) {
        events++;
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(time.now()).array());
        digest.update(what.getBytes(StandardCharsets.UTF_8));
        digest.update(content);
        if (trace != null) {
            String said = content.length == 0 ? "" : Wire.decode(content).toString();
            trace.accept(String.format("%.6f %s %s", time.now() / 1e9, what, said));
        }
    }

    void note(String what) {
        note(what, new byte[0]);
    }

    long events() {
        return events;
    }

    /** Of all up to now; ends it. */
    String hash() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
