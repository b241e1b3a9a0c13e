package dev.corrosion.discovery.autoconfigure;

import dev.corrosion.Corrosion;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.cloud.client.ConditionalOnDiscoveryEnabled;

/**
 * There is a node, and neither {@code spring.cloud.discovery.enabled} nor {@code corrosion.discovery.enabled} is false.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ConditionalOnDiscoveryEnabled
@ConditionalOnBooleanProperty(name = "corrosion.discovery.enabled", matchIfMissing = true)
@ConditionalOnBean(Corrosion.class)
@interface ConditionalOnCorrosionDiscoveryEnabled {}
