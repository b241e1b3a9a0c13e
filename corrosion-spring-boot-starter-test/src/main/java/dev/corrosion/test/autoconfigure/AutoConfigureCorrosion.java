package dev.corrosion.test.autoconfigure;

import dev.corrosion.test.TestCluster;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.PropertyMapping;

/**
 * Makes the application's node private to the test: its database is in a temporary directory, which goes with the application
 * context; it meets others in memory, and looks for none of those that the properties name. No port is opened. With more
 * {@link #nodes} it has peers in the same process.
 *
 * <p>Beside {@code @SpringBootTest}, or any slice, which then has a node and a {@code CorrosionTemplate}. The {@link
 * TestCluster} is a bean, whose first node is the application's. It is {@linkplain TestCluster#restore restored} after each test
 * method, since tests share their context. Rows stay; a test that needs none deletes them, or uses keys of its own.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ImportAutoConfiguration
@PropertyMapping("corrosion.test")
public @interface AutoConfigureCorrosion {

    /** How many nodes the cluster has, with that of the application. */
    int nodes() default 1;
}
