package dev.corrosion.discovery.registration;

/** Beans of it change what is registered for this application, after the properties. */
@FunctionalInterface
public interface CorrosionRegistrationCustomizer {

    /** Changes it. */
    void customize(RegistrationBuilder registration);
}
