package dev.corrosion.discovery.registration;

import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationListener;

/** The ports on which the application listens, and its management server if it has one of its own. */
public final class WebServerPort implements ApplicationListener<WebServerInitializedEvent> {

    private static final String MANAGEMENT = "management";

    private volatile int port;
    private volatile int managementPort;

    @Override
    public void onApplicationEvent(WebServerInitializedEvent event) {
        String namespace = event.getApplicationContext().getServerNamespace();
        if (namespace == null || namespace.isEmpty()) {
            port = event.getWebServer().getPort();
        } else if (MANAGEMENT.equals(namespace)) {
            managementPort = event.getWebServer().getPort();
        }
    }

    /** The port, or 0 as long as there is none. */
    public int get() {
        return port;
    }

    /** The port of the management server, or 0 if it has none of its own. */
    public int management() {
        return managementPort;
    }
}
