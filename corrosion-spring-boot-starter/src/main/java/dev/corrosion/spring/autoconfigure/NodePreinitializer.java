package dev.corrosion.spring.autoconfigure;

import dev.corrosion.Corrosion;
import org.springframework.boot.autoconfigure.preinitialize.BackgroundPreinitializer;

/**
 * Loads native libraries and ciphers while Spring Boot prepares the context, if there is a second processor. What fails is
 * ignored here, as Spring Boot does, and said when the node is opened.
 */
final class NodePreinitializer implements BackgroundPreinitializer {

    @Override
    public void preinitialize() {
        Corrosion.preload();
    }
}
