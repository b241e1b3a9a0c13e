package dev.corrosion.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ThreadLoopTest {

    @Test
    void aTaskThatIsTakenBackDoesNotRun() throws InterruptedException {
        try (ThreadLoop loop = new ThreadLoop("test")) {
            List<String> ran = new CopyOnWriteArrayList<>();
            CountDownLatch last = new CountDownLatch(1);
            Runnable revoke = loop.scheduleRevocable(Duration.ofMillis(20), () -> ran.add("taken back"));
            loop.scheduleRevocable(Duration.ofMillis(20), () -> ran.add("kept"));
            loop.schedule(Duration.ofMillis(40), last::countDown);
            revoke.run();

            assertThat(last.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(ran).containsExactly("kept");
        }
    }
}
