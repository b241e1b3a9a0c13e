package dev.corrosion.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class TestClusterExtensionTest {

    private static final List<Path> DIRECTORIES = Collections.synchronizedList(new ArrayList<>());

    @Disabled("run by the test below")
    static class WithAClusterForEachTest {

        @RegisterExtension
        final TestClusterExtension cluster = TestCluster.of(2)
                .seed(4711)
                .schema("CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY)")
                .extension();

        @Test
        void succeeds() {
            DIRECTORIES.add(cluster.node(0).directory());
        }

        @Test
        void fails(TestCluster parameter) {
            DIRECTORIES.add(parameter.node(0).directory());
            parameter.isolate(parameter.node(1));
            throw new AssertionError("on purpose");
        }
    }

    @Test
    void eachTestHasItsOwnAndTheSeedOfTheOneThatFailsIsTold(CapturedOutput output) {
        EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(WithAClusterForEachTest.class))
                .configurationParameter("junit.jupiter.conditions.deactivate", "org.junit.*DisabledCondition")
                .execute()
                .testEvents()
                .assertStatistics(statistics -> statistics.succeeded(1).failed(1));
        assertThat(DIRECTORIES).doesNotHaveDuplicates().hasSize(2).allSatisfy(directory -> assertThat(directory)
                .doesNotExist());
        assertThat(output.getOut().lines().filter(line -> line.contains("has failed")))
                .singleElement()
                .asString()
                .contains("fails(TestCluster)", "cut from node-0 to node-1", "-Dcorrosion.test.seed=4711");
    }
}
