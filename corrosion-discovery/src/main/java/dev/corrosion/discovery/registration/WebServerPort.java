package dev.corrosion.discovery.registration;

import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationListener;

/** The port on which the application listens; not that of a management server of its own. */
public final class WebServerPort implements ApplicationListener<WebServerInitializedEvent> {

    private static final String MANAGEMENT = "management";

    private volatile int port;

    @Override
    public void onApplicationEvent(WebServerInitializedEvent event) {
        String namespace = event.getApplicationContext().getServerNamespace();
        if (!MANAGEMENT.equals(namespace)) {
            port = event.getWebServer().getPort();
        }
    }

    /** The port, or 0 as long as there is none. */
    public int get() {
        return port;
    }
}
