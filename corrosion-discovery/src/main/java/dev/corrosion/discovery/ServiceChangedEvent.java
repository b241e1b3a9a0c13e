package dev.corrosion.discovery;

import java.util.List;
import org.springframework.cloud.client.ServiceInstance;

/**
 * The instances of a service that may be called have changed. Also published to {@link
 * org.springframework.context.event.EventListener} methods.
 *
 * @param serviceId the service
 * @param instances all instances now
 * @param added instances that were not there before
 * @param removed instances that are not there any more
 * @param updated instances of which host, port or metadata changed
 */
public record ServiceChangedEvent(
        String serviceId,
        List<ServiceInstance> instances,
        List<ServiceInstance> added,
        List<ServiceInstance> removed,
        List<ServiceInstance> updated) {}
