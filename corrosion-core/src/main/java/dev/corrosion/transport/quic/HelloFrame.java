package dev.corrosion.transport.quic;

import dev.corrosion.ActorId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * The first frame on a link, in both directions: who speaks, and where it can be reached, since its source port is not
 * the one it listens on.
 *
 * <p>Bytes: version u8, actor id 16, instance i64, port u16, length of the address u8 (4 or 16), address, length of the
 * cluster's id u8, the id in UTF-8. What follows is ignored, so that later versions can add to it.
 *
 * @param actorId must be the one in the certificate
 * @param instance drawn when the transport was opened: tells a restarted peer from one that has opened a second link
 * @param address where the speaker listens
 * @param cluster which cluster the speaker belongs to
 */
record HelloFrame(ActorId actorId, long instance, InetSocketAddress address, String cluster) {

    static final int VERSION = 1;

    private static final int FIXED_BYTES = 1 + ActorId.BYTES + Long.BYTES + Short.BYTES + 2;
    private static final int MAX_PORT = 0xFFFF;

    /** Control characters, those that change the direction of a text, and ends of lines. */
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

    byte[] encode() {
        byte[] ip = address.getAddress().getAddress();
        byte[] id = cluster.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(FIXED_BYTES + ip.length + id.length)
                .put((byte) VERSION)
                .put(actorId.bytes())
                .putLong(instance)
                .putShort((short) address.getPort())
                .put((byte) ip.length)
                .put(ip)
                .put((byte) id.length)
                .put(id)
                .array();
    }

    /** Reads a greeting; the message of the exception says to people what is wrong with it. */
    static HelloFrame decode(byte[] bytes) throws RefusedException {
        try {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            int version = buffer.get();
            if (version != VERSION) {
                throw new RefusedException("the greeting is of version " + version + ", expected was version " + VERSION
                        + ": run the same release on all nodes");
            }
            byte[] actor = new byte[ActorId.BYTES];
            buffer.get(actor);
            long instance = buffer.getLong();
            int port = buffer.getShort() & MAX_PORT;
            byte[] ip = new byte[buffer.get() & 0xFF];
            buffer.get(ip);
            InetAddress host = InetAddress.getByAddress(ip);
            if (port == 0 || host.isAnyLocalAddress()) {
                throw new RefusedException("the advertised address " + host.getHostAddress() + ":" + port
                        + " can be reached by nobody: set another advertised host");
            }
            byte[] id = new byte[buffer.get() & 0xFF];
            buffer.get(id);
            return new HelloFrame(ActorId.of(actor), instance, new InetSocketAddress(host, port), cluster(id));
        } catch (BufferUnderflowException | UnknownHostException | CharacterCodingException e) {
            throw new RefusedException("the greeting cannot be read: run the same release on all nodes", e);
        }
    }

    /** It goes to logs: what would break their lines is refused. */
    private static String cluster(byte[] id) throws CharacterCodingException, RefusedException {
        String cluster =
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(id)).toString();
        if (UNPRINTABLE.matcher(cluster).find()) {
            throw new RefusedException("the cluster's id in the greeting has characters that cannot be printed:"
                    + " set another corrosion.cluster.id");
        }
        return cluster;
    }
}
