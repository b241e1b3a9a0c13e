package dev.corrosion.spring.autoconfigure;

import dev.corrosion.CorrosionOptions;

/**
 * Changes the options before the node is opened: a bean of this type comes after the properties and before nothing else.
 * Several run in the order of {@link org.springframework.core.annotation.Order}.
 */
@FunctionalInterface
public interface CorrosionOptionsCustomizer {

    void customize(CorrosionOptions.Builder options);
}
