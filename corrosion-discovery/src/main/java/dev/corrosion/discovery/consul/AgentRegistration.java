package dev.corrosion.discovery.consul;

import dev.corrosion.discovery.foreign.CheckKind;
import dev.corrosion.discovery.foreign.CheckStatus;
import dev.corrosion.discovery.foreign.ForeignService;
import dev.corrosion.discovery.foreign.ServiceCheck;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads the body of {@code PUT /v1/agent/service/register} of Consul's agent API. What it cannot do (scripts, gRPC, Docker and
 * alias checks, connect) is refused rather than ignored, since an instance that nobody checks would seem to be well.
 */
final class AgentRegistration {

    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

    private static final List<String> CHECKS_THAT_CANNOT_BE = List.of(
            "Args", "Script", "GRPC", "DockerContainerID", "AliasNode", "AliasService", "UDP", "OSService", "H2PING");

    private AgentRegistration() {}

    /**
     * A registration.
     *
     * @param namespace if the body names none
     * @param host if the body names no address
     * @throws IllegalArgumentException naming the field that is wrong
     */
    static ForeignService read(String json, String namespace, String host) {
        Fields body = Fields.parse(json);
        String name = body.text("Name");
        if (name == null) {
            throw new IllegalArgumentException("Name is missing: a service needs one");
        }
        if (body.object("Connect") != null || body.object("Proxy") != null) {
            throw new IllegalArgumentException("Connect and Proxy are not offered here");
        }
        String id = body.text("ID", name);
        Map<String, String> metadata = new LinkedHashMap<>(body.map("Meta"));
        Fields weights = body.object("Weights");
        boolean secure = "true".equalsIgnoreCase(metadata.get("secure"));
        ForeignService.Address address = new ForeignService.Address(
                body.text("Address", host),
                body.number("Port", 0),
                metadata.getOrDefault("scheme", secure ? "https" : "http"),
                metadata.getOrDefault("zone", ""),
                weights == null ? 1 : weights.number("Passing", 1),
                body.texts("Tags"),
                metadata);
        return new ForeignService(
                id, name, body.text("Namespace", namespace), address, false, checks(id, body, address));
    }

    private static List<ServiceCheck> checks(String id, Fields body, ForeignService.Address address) {
        List<Fields> definitions = new ArrayList<>(body.objects("Checks"));
        Fields single = body.object("Check");
        if (single != null) {
            definitions.add(0, single);
        }
        List<ServiceCheck> checks = new ArrayList<>();
        for (Fields definition : definitions) {
            String generated = "service:" + id + (definitions.size() == 1 ? "" : ":" + (checks.size() + 1));
            checks.add(check(generated, definition, address));
        }
        return checks;
    }

    private static ServiceCheck check(String generatedId, Fields fields, ForeignService.Address address) {
        for (String kind : CHECKS_THAT_CANNOT_BE) {
            if (fields.has(kind)) {
                throw new IllegalArgumentException("a check by " + kind + " is not offered: use TTL, HTTP or TCP");
            }
        }
        return new ServiceCheck(
                fields.text("CheckID", generatedId),
                kind(fields, address),
                status(fields.text("Status", "critical")),
                fields.duration("DeregisterCriticalServiceAfter"));
    }

    private static CheckKind kind(Fields fields, ForeignService.Address address) {
        Duration ttl = fields.duration("TTL");
        String http = fields.text("HTTP");
        String tcp = fields.text("TCP");
        if ((ttl == null ? 0 : 1) + (http == null ? 0 : 1) + (tcp == null ? 0 : 1) != 1) {
            throw new IllegalArgumentException("a check needs one of TTL, HTTP and TCP");
        }
        if (ttl != null) {
            return new CheckKind.Ttl(ttl);
        }
        Duration interval = fields.duration("Interval");
        if (interval == null) {
            throw new IllegalArgumentException("a check by HTTP or TCP needs an Interval, such as 10s");
        }
        Duration wanted = fields.duration("Timeout");
        Duration timeout = wanted != null ? wanted : shorter(DEFAULT_TIMEOUT, interval);
        if (http != null) {
            if ("true".equals(fields.text("TLSSkipVerify"))) {
                throw new IllegalArgumentException(
                        "TLSSkipVerify is not offered: let the node's JVM trust the certificate, or check by TCP");
            }
            return new CheckKind.Http(
                    URI.create(http), fields.text("Method", "GET"), fields.map("Header"), interval, timeout);
        }
        return tcp(String.valueOf(tcp), address, interval, timeout);
    }

    private static CheckKind tcp(String target, ForeignService.Address address, Duration interval, Duration timeout) {
        int colon = target.lastIndexOf(':');
        try {
            String host = colon < 0 ? target : target.substring(0, colon);
            int port = colon < 0 ? address.port() : Integer.parseInt(target.substring(colon + 1));
            return new CheckKind.Tcp(host.replace("[", "").replace("]", ""), port, interval, timeout);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("TCP is '" + target + "', but must be a host and a port", e);
        }
    }

    static CheckStatus status(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "passing" -> CheckStatus.PASSING;
            case "warning" -> CheckStatus.WARNING;
            case "critical" -> CheckStatus.CRITICAL;
            default ->
                throw new IllegalArgumentException(
                        "Status is '" + text + "', but must be passing, warning or critical");
        };
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
