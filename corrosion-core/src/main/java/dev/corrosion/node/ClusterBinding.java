package dev.corrosion.node;

import dev.corrosion.CorrosionException;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.InsecureClusterException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * Where a node listens, and whether it may: without a secret or certificates only on loopback, since everybody who can reach the port
 * would be a member.
 *
 * @param address what to bind
 * @param anyPortIfTaken whether another port will do
 */
record ClusterBinding(InetSocketAddress address, boolean anyPortIfTaken) {

    /**
     * Decides.
     *
     * @throws InsecureClusterException if others could reach the node and neither a secret nor certificates are set
     */
    static ClusterBinding of(CorrosionOptions options) {
        CorrosionOptions.Cluster cluster = options.cluster();
        boolean secured = options.secured();
        InetAddress host = cluster.host() != null ? resolve(cluster.host()) : defaultHost(secured);
        if (!secured && !host.isLoopbackAddress()) {
            throw insecure("binds " + cluster.host());
        }
        if (!secured
                && cluster.advertisedHost() != null
                && !resolve(cluster.advertisedHost()).isLoopbackAddress()) {
            throw insecure("advertises " + cluster.advertisedHost());
        }
        Integer port = cluster.port();
        return new ClusterBinding(
                new InetSocketAddress(host, port == null ? CorrosionOptions.DEFAULT_PORT : port), port == null);
    }

    private static InetAddress defaultHost(boolean secured) {
        return secured ? new InetSocketAddress(0).getAddress() : InetAddress.getLoopbackAddress();
    }

    private static InsecureClusterException insecure(String what) {
        return new InsecureClusterException(
                "this node " + what + ", which other machines can reach, but neither a cluster"
                        + " secret nor certificates are set, so anybody could join. Set corrosion.security.secret to the"
                        + " same value on all nodes (make one with `openssl rand -base64 32`), or corrosion.security.bundle,"
                        + " or bind to 127.0.0.1");
    }

    private static InetAddress resolve(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new CorrosionException("the cluster host '" + host + "' is not an address of this machine", e);
        }
    }
}
