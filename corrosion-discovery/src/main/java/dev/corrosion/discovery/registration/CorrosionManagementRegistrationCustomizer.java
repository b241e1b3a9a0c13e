package dev.corrosion.discovery.registration;

/** Beans of it change what is registered for a management server with a port of its own, after the properties. */
@FunctionalInterface
public interface CorrosionManagementRegistrationCustomizer {

    /** Changes it. */
    void customize(RegistrationBuilder registration);
}
