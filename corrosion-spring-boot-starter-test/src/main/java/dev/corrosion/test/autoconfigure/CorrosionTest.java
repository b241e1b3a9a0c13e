package dev.corrosion.test.autoconfigure;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.autoconfigure.OverrideAutoConfiguration;
import org.springframework.boot.test.context.filter.annotation.TypeExcludeFilters;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.core.annotation.AliasFor;
import org.springframework.test.context.BootstrapWith;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/**
 * A test of what an application does with its tables: of the auto-configuration only the node, its template and listeners, JSON
 * and, as {@code corrosion.datasource.mode} has it, JDBC; of the application only what is imported or included. The node is as
 * with {@link AutoConfigureCorrosion}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@BootstrapWith(CorrosionTestContextBootstrapper.class)
@ExtendWith(SpringExtension.class)
@OverrideAutoConfiguration(enabled = false)
@TypeExcludeFilters(CorrosionTypeExcludeFilter.class)
@AutoConfigureCorrosion
@ImportAutoConfiguration
public @interface CorrosionTest {

    /** Properties in the form {@code key=value} that are added before the test runs. */
    String[] properties() default {};

    /** How many nodes the cluster has, with that of the application. */
    @AliasFor(annotation = AutoConfigureCorrosion.class, attribute = "nodes")
    int nodes() default 1;

    /** Whether components that no filter includes are left out. */
    boolean useDefaultFilters() default true;

    /** Which components of the application take part. */
    ComponentScan.Filter[] includeFilters() default {};

    /** Which do not, although another filter includes them. */
    ComponentScan.Filter[] excludeFilters() default {};

    /** Auto-configuration that is left out. */
    @AliasFor(annotation = ImportAutoConfiguration.class, attribute = "exclude")
    Class<?>[] excludeAutoConfiguration() default {};
}
