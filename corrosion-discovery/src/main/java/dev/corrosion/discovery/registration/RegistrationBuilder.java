package dev.corrosion.discovery.registration;

import dev.corrosion.discovery.ServiceStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes a {@link CorrosionRegistration}. Not thread-safe. Setters refuse what cannot be with {@link IllegalArgumentException}. */
public final class RegistrationBuilder {

    private static final int MAX_PORT = 65_535;
    private static final int MAX_WEIGHT = 1_000_000;

    /** Longest name, id or tag, in characters. */
    private static final int MAX_TEXT = 512;

    private static final Pattern SCHEME = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*");

    String serviceId = "";
    final String node;
    String instanceId = "";
    String namespace = "default";
    String host = "";
    IntSupplier port = () -> 0;
    String scheme = "http";
    String zone = "";
    String group = "";
    String version = "";
    Set<String> tags = new LinkedHashSet<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    ServiceStatus initialStatus = ServiceStatus.UP;
    private @Nullable Integer weight;

    RegistrationBuilder(String serviceId, String node, String host) {
        this.node = node;
        serviceId(serviceId);
        host(host);
    }

    /** The name of the service. */
    public RegistrationBuilder serviceId(String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException(
                    "a service needs a name: set spring.application.name or corrosion.discovery.service-name");
        }
        this.serviceId = text("the name of a service", name);
        return this;
    }

    /** The id of the instance, which nobody else may have. */
    public RegistrationBuilder instanceId(String id) {
        this.instanceId = text("an instance id", id);
        return this;
    }

    /** The namespace, {@code default} if none is given. */
    public RegistrationBuilder namespace(String name) {
        this.namespace = text("a namespace", name);
        return this;
    }

    /** The name or address at which callers reach it. */
    public RegistrationBuilder host(String nameOrAddress) {
        this.host = Addresses.unbracketed(text("a host", nameOrAddress));
        return this;
    }

    /** The port, or 0 if there is nothing to call. */
    public RegistrationBuilder port(int number) {
        if (number < 0 || number > MAX_PORT) {
            throw new IllegalArgumentException("a port must be 0 to " + MAX_PORT + ", and " + number + " is not");
        }
        return port(() -> number);
    }

    /** A port that is known later; asked each time. */
    public RegistrationBuilder port(IntSupplier later) {
        this.port = later;
        return this;
    }

    /** The scheme, {@code http} if none is given; {@code https} makes it secure. */
    public RegistrationBuilder scheme(String name) {
        if (!SCHEME.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' is not the scheme of a URI such as http or https");
        }
        this.scheme = name;
        return this;
    }

    /** The zone. */
    public RegistrationBuilder zone(String name) {
        this.zone = name;
        return this;
    }

    /** The group. */
    public RegistrationBuilder group(String name) {
        this.group = name;
        return this;
    }

    /** The version of the application. */
    public RegistrationBuilder version(String name) {
        this.version = name;
        return this;
    }

    /** The weight, 1 if none is given here nor in the metadata. */
    public RegistrationBuilder weight(int share) {
        this.weight = checkedWeight(share);
        return this;
    }

    /** One more tag. */
    public RegistrationBuilder tag(String tag) {
        tags.add(text("a tag", tag));
        return this;
    }

    /** These tags and no others. */
    public RegistrationBuilder tags(Iterable<String> all) {
        tags = new LinkedHashSet<>();
        all.forEach(this::tag);
        return this;
    }

    /** One more entry of the metadata. */
    public RegistrationBuilder metadata(String key, String value) {
        metadata.put(text("a key of metadata", key), value);
        return this;
    }

    /** This metadata and no other. */
    public RegistrationBuilder metadata(Map<String, String> all) {
        metadata = new LinkedHashMap<>();
        all.forEach(this::metadata);
        return this;
    }

    /** The status as long as nobody has set another; UP if none is given. */
    public RegistrationBuilder initialStatus(ServiceStatus status) {
        this.initialStatus = status;
        return this;
    }

    /** What was given so far: tags. */
    public List<String> tags() {
        return new ArrayList<>(tags);
    }

    /** What was given so far: metadata. */
    public Map<String, String> metadata() {
        return new LinkedHashMap<>(metadata);
    }

    /** The registration. */
    public CorrosionRegistration build() {
        return new CorrosionRegistration(this);
    }

    /** Spring Cloud's own key for it is in the metadata, so people put it there. */
    int weight() {
        if (weight != null) {
            return weight;
        }
        String given = metadata.getOrDefault("weight", "1");
        try {
            return checkedWeight(Integer.parseInt(given.strip()));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "the metadata weight must be a whole number, and '" + given + "' is not", e);
        }
    }

    private static int checkedWeight(int weight) {
        if (weight < 1 || weight > MAX_WEIGHT) {
            throw new IllegalArgumentException("a weight must be 1 to " + MAX_WEIGHT + ", and " + weight + " is not");
        }
        return weight;
    }

    private static String text(String what, String value) {
        if (value.isBlank() || value.length() > MAX_TEXT || value.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(what + " must have 1 to " + MAX_TEXT
                    + " characters that can be printed, and '" + value + "' has not");
        }
        return value;
    }
}
