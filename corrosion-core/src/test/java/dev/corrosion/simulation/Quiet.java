package dev.corrosion.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** No logs: hundreds of nodes have things go wrong all the time. To see those of one seed, take this off the test. */
final class Quiet implements BeforeAllCallback, AfterAllCallback {

    private static Logger nodes() {
        return (Logger) LoggerFactory.getLogger("dev.corrosion");
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        nodes().setLevel(Level.OFF);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        nodes().setLevel(null);
    }
}
