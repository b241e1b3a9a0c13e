package dev.corrosion.discovery.registration;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.client.serviceregistry.RegistrationLifecycle;
import org.springframework.cloud.client.serviceregistry.RegistrationManagementLifecycle;

/** Beans of Spring Cloud's two interfaces, in their order. One that fails stops a registration, but never the end of one. */
public final class RegistrationCallbacks {

    private static final Logger log = LoggerFactory.getLogger(RegistrationCallbacks.class);

    private final List<RegistrationLifecycle<? super CorrosionRegistration>> ofService;
    private final List<RegistrationManagementLifecycle<? super CorrosionRegistration>> ofManagement;

    /** Calls these; those that are for management, too, for both. */
    public RegistrationCallbacks(List<RegistrationLifecycle<? super CorrosionRegistration>> beans) {
        this.ofService = List.copyOf(beans);
        List<RegistrationManagementLifecycle<? super CorrosionRegistration>> management = new ArrayList<>();
        for (RegistrationLifecycle<? super CorrosionRegistration> bean : beans) {
            if (bean instanceof RegistrationManagementLifecycle<? super CorrosionRegistration> forManagement) {
                management.add(forManagement);
            }
        }
        this.ofManagement = List.copyOf(management);
    }

    void beforeRegister(CorrosionRegistration registration) {
        ofService.forEach(bean -> bean.postProcessBeforeStartRegister(registration));
    }

    void afterRegister(CorrosionRegistration registration) {
        ofService.forEach(bean -> bean.postProcessAfterStartRegister(registration));
    }

    void beforeDeregister(CorrosionRegistration registration) {
        ofService.forEach(bean -> attempt(() -> bean.postProcessBeforeStopRegister(registration)));
    }

    void afterDeregister(CorrosionRegistration registration) {
        ofService.forEach(bean -> attempt(() -> bean.postProcessAfterStopRegister(registration)));
    }

    void beforeRegisterManagement(CorrosionRegistration registration) {
        ofManagement.forEach(bean -> bean.postProcessBeforeStartRegisterManagement(registration));
    }

    void afterRegisterManagement(CorrosionRegistration registration) {
        ofManagement.forEach(bean -> bean.postProcessAfterStartRegisterManagement(registration));
    }

    void beforeDeregisterManagement(CorrosionRegistration registration) {
        ofManagement.forEach(bean -> attempt(() -> bean.postProcessBeforeStopRegisterManagement(registration)));
    }

    void afterDeregisterManagement(CorrosionRegistration registration) {
        ofManagement.forEach(bean -> attempt(() -> bean.postProcessAfterStopRegisterManagement(registration)));
    }

    /** The application stops, whatever one of them says. */
    private static void attempt(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            log.warn("A callback failed while the registration was removed", e);
        }
    }
}
