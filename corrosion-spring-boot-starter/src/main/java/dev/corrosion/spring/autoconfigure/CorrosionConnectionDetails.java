package dev.corrosion.spring.autoconfigure;

import java.util.List;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;

/**
 * Where to look for other nodes. A bean of this type takes the place of {@code corrosion.cluster.bootstrap}: seeds from a
 * platform's own directory, from test containers, or from a file.
 */
public interface CorrosionConnectionDetails extends ConnectionDetails {

    /**
     * Nodes that are probably there: {@code host}, {@code host:port} or {@code [ipv6]:port}. Asked once, when the node is
     * opened; every address of a DNS name is tried, and names are resolved again while the node is alone.
     */
    List<String> bootstrap();
}
