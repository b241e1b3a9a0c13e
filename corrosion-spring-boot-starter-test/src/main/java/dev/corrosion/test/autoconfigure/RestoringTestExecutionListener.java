package dev.corrosion.test.autoconfigure;

import dev.corrosion.test.TestCluster;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestExecutionListener;

/** Takes back what a test did to the cluster, before another test with the same context runs. */
final class RestoringTestExecutionListener implements TestExecutionListener {

    private static final Logger log = LoggerFactory.getLogger(RestoringTestExecutionListener.class);

    @Override
    public void afterTestMethod(TestContext test) {
        if (!test.hasApplicationContext()) {
            return;
        }
        ApplicationContext context = test.getApplicationContext();
        TestCluster cluster = context.getBeanProvider(TestCluster.class).getIfUnique();
        if (cluster == null) {
            return;
        }
        if (test.getTestException() != null) {
            log.error("{} has failed. {}", test.getTestMethod().getName(), cluster);
        }
        cluster.restore();
    }
}
