package dev.corrosion.discovery.consul;

import dev.corrosion.Corrosion;
import dev.corrosion.discovery.foreign.CheckStatus;
import dev.corrosion.discovery.foreign.ForeignRegistry;
import dev.corrosion.http.ApiException;
import dev.corrosion.http.ApiExtension;
import dev.corrosion.http.ApiResponse;
import java.util.List;
import java.util.Locale;

/**
 * The part of Consul's HTTP API by which programs register themselves and find others, so that what is not on the JVM can stay
 * as it is when Consul goes. Blocking queries, ACLs, sessions and the key-value store are not part of it.
 */
public final class ConsulAgentApi implements ApiExtension {

    private static final String SERVICE = "/v1/agent/service/";
    private static final String CHECK = "/v1/agent/check/";
    private static final String SERVICES = "/v1/agent/services";
    private static final String CHECKS = "/v1/agent/checks";
    private static final String HEALTH = "/v1/health/service/";
    private static final String CATALOG = "/v1/catalog/services";
    private static final String CATALOG_SERVICE = "/v1/catalog/service/";

    private final ForeignRegistry registry;
    private final ConsulCatalog catalog;
    private final Corrosion corrosion;
    private final String namespace;

    /** @param namespace of those who name none */
    public ConsulAgentApi(Corrosion corrosion, ForeignRegistry registry, String namespace) {
        this.corrosion = corrosion;
        this.registry = registry;
        this.namespace = namespace;
        this.catalog = new ConsulCatalog(corrosion, registry);
    }

    @Override
    public List<String> roots() {
        return List.of(SERVICE, CHECK, SERVICES, CHECKS, HEALTH, CATALOG, CATALOG_SERVICE);
    }

    @Override
    public ApiResponse answer(Call call) {
        String path = call.path();
        boolean changes = path.startsWith(SERVICE) || path.startsWith(CHECK);
        requireMethod(call, changes ? "PUT" : "GET");
        if (changes) {
            call.permissions().requireWrite("services");
            call.permissions().requireWrite("checks");
            try {
                return path.startsWith(SERVICE)
                        ? service(call, path.substring(SERVICE.length()))
                        : check(call, path.substring(CHECK.length()));
            } catch (IllegalStateException e) {
                throw ApiException.badRequest(String.valueOf(e.getMessage()));
            }
        }
        call.permissions().requireRead("services");
        call.permissions().requireRead("checks");
        return read(call, path);
    }

    private ApiResponse read(Call call, String path) {
        if (call.query().containsKey("index")) {
            throw ApiException.badRequest("blocking queries (index) are not offered: POST /v1/subscriptions with"
                    + " SELECT * FROM healthy_instances tells each change when it happens");
        }
        String wanted = call.query().getOrDefault("ns", namespace);
        if (path.equals(SERVICES)) {
            return ApiResponse.json(200, catalog.registered());
        }
        if (path.equals(CHECKS)) {
            return ApiResponse.json(200, catalog.registeredChecks());
        }
        if (path.equals(CATALOG)) {
            return ApiResponse.json(200, catalog.services(wanted));
        }
        boolean health = path.startsWith(HEALTH);
        if (!health && !path.startsWith(CATALOG_SERVICE)) {
            throw ApiException.notFound("there is no " + path);
        }
        String service = path.substring((health ? HEALTH : CATALOG_SERVICE).length());
        boolean passing = health && isTrue(call, "passing");
        String tag = call.query().get("tag");
        return ApiResponse.json(
                200, health ? catalog.health(wanted, service, tag, passing) : catalog.instances(wanted, service, tag));
    }

    private ApiResponse service(Call call, String rest) {
        if (rest.equals("register")) {
            registry.register(AgentRegistration.read(
                    call.text(),
                    call.query().getOrDefault("ns", namespace),
                    corrosion.status().address().getHostString()));
            return done();
        }
        String[] parts = rest.split("/", 2);
        if (parts.length == 2 && parts[0].equals("deregister")) {
            return known(registry.deregister(parts[1]), "service", parts[1]);
        }
        if (parts.length == 2 && parts[0].equals("maintenance")) {
            if (!call.query().containsKey("enable")) {
                throw ApiException.badRequest("say ?enable=true or ?enable=false");
            }
            return known(registry.maintenance(parts[1], isTrue(call, "enable")), "service", parts[1]);
        }
        throw ApiException.notFound("there is no " + call.path());
    }

    private ApiResponse check(Call call, String rest) {
        String[] parts = rest.split("/", 2);
        if (parts.length != 2) {
            throw ApiException.notFound("there is no " + call.path()
                    + "; checks are registered with their service, by PUT " + SERVICE + "register");
        }
        String note = call.query().getOrDefault("note", "");
        return switch (parts[0]) {
            case "pass" -> report(parts[1], CheckStatus.PASSING, note);
            case "warn" -> report(parts[1], CheckStatus.WARNING, note);
            case "fail" -> report(parts[1], CheckStatus.CRITICAL, note);
            case "update" -> {
                Fields body = Fields.parse(call.text());
                yield report(parts[1], AgentRegistration.status(body.text("Status", "")), body.text("Output", ""));
            }
            default -> throw ApiException.notFound("there is no " + call.path());
        };
    }

    private ApiResponse report(String check, CheckStatus status, String output) {
        return known(registry.report(check, status, output), "check", check);
    }

    private static ApiResponse known(boolean found, String what, String id) {
        if (!found) {
            throw ApiException.notFound("this node has no " + what + " with the id " + id);
        }
        return done();
    }

    private static ApiResponse done() {
        return ApiResponse.json(200, "");
    }

    private static boolean isTrue(Call call, String parameter) {
        String value = call.query().get(parameter);
        return value != null && !value.toLowerCase(Locale.ROOT).equals("false") && !value.equals("0");
    }

    private static void requireMethod(Call call, String method) {
        if (!call.method().equals(method)) {
            throw ApiException.methodNotAllowed(method);
        }
    }
}
