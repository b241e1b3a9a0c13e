package dev.corrosion.transport.quic;

import dev.corrosion.CorrosionException;
import dev.corrosion.InsecureClusterException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds out under which address the others reach this node. Resolves names: not for event loops. */
final class Addresses {

    private Addresses() {}

    /** Refuses to listen where others could connect without proof of membership. */
    static void requireAllowed(QuicOptions options) {
        InetAddress bind = options.bind().getAddress();
        if (bind == null) {
            throw new CorrosionException(
                    "the host to bind cannot be resolved: " + options.bind().getHostString());
        }
        if (options.loopbackOnly() && !bind.isLoopbackAddress()) {
            throw new InsecureClusterException("will not listen on " + bind.getHostAddress()
                    + " without security, since other machines could connect: set corrosion.security.secret to the same"
                    + " value on all nodes (make one with `openssl rand -base64 32`), or bind a loopback address");
        }
    }

    /** The address to tell the others, given the one that is bound. */
    static InetSocketAddress advertised(QuicOptions options, InetSocketAddress bound) {
        String host = options.advertisedHost();
        InetSocketAddress advertised = new InetSocketAddress(host(host, bound.getAddress()), bound.getPort());
        if (options.loopbackOnly() && !advertised.getAddress().isLoopbackAddress()) {
            throw new InsecureClusterException(
                    "will not advertise " + advertised.getAddress().getHostAddress()
                            + " without security: set corrosion.security.secret to the same value on all nodes, or advertise a"
                            + " loopback address");
        }
        return advertised;
    }

    private static InetAddress host(@Nullable String advertised, InetAddress bound) {
        if (advertised != null) {
            return withoutScope(resolve(advertised));
        }
        return bound.isAnyLocalAddress() ? firstOfThisMachine() : withoutScope(bound);
    }

    private static InetAddress resolve(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new CorrosionException("the advertised host cannot be resolved: " + host, e);
        }
    }

    /** Loopback, if there is no other: then all nodes are on this machine. */
    private static InetAddress firstOfThisMachine() {
        return ofThisMachine().stream()
                .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                // IPv4 first: where both exist it is the one that reaches more peers.
                .min(Comparator.comparing(address -> address.getAddress().length))
                .map(Addresses::withoutScope)
                .orElseGet(InetAddress::getLoopbackAddress);
    }

    private static List<InetAddress> ofThisMachine() {
        try {
            return NetworkInterface.networkInterfaces()
                    .filter(Addresses::isUp)
                    .flatMap(NetworkInterface::inetAddresses)
                    .toList();
        } catch (SocketException e) {
            throw new CorrosionException(
                    "the addresses of this machine cannot be listed, so set the advertised host: " + e.getMessage(), e);
        }
    }

    private static boolean isUp(NetworkInterface network) {
        try {
            return network.isUp();
        } catch (SocketException gone) {
            return false;
        }
    }

    /** A scope, such as an interface's name, means nothing on another machine. */
    private static InetAddress withoutScope(InetAddress address) {
        try {
            return InetAddress.getByAddress(address.getAddress());
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The addresses under which this node is listening itself, so that it does not connect there. */
    static Set<InetSocketAddress> own(InetSocketAddress bound, InetSocketAddress advertised) {
        Set<InetSocketAddress> own = new HashSet<>(Set.of(advertised));
        if (bound.getAddress().isAnyLocalAddress()) {
            ofThisMachine().forEach(address -> own.add(new InetSocketAddress(withoutScope(address), bound.getPort())));
        }
        own.add(bound);
        return own;
    }
}
