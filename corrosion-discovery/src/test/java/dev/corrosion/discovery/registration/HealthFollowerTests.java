package dev.corrosion.discovery.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corrosion.discovery.ServiceStatus;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@NullUnmarked
class HealthFollowerTests {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final HealthReport SICK = new HealthReport(ServiceStatus.DOWN, "db DOWN");

    private final List<HealthReport> told = new CopyOnWriteArrayList<>();
    private volatile HealthReport health = HealthReport.UP;
    private HealthFollower follower;

    @AfterEach
    void stop() {
        follower.stop();
    }

    private void follow(ApplicationHealth asked, Duration interval, Duration timeout) {
        follower = new HealthFollower(asked, interval, timeout, told::add);
        follower.start();
    }

    @Test
    void aLookCanBeAskedFor() {
        follow(() -> health, LONG, LONG);
        assertThat(follower.now()).isEqualTo(HealthReport.UP);
        health = SICK;
        follower.look();
        await().until(() -> told.contains(SICK));
        health = HealthReport.UP;
        assertThat(follower.now()).isEqualTo(HealthReport.UP);
    }

    @Test
    void looksAgainAndAgain() {
        follow(() -> health, Duration.ofMillis(50), LONG);
        assertThat(follower.now()).isEqualTo(HealthReport.UP);
        health = SICK;
        await().until(() -> told.contains(SICK));
    }

    @Test
    void aCheckThatFailsIsDownWithoutWhatItSaid() {
        follow(
                () -> {
                    throw new IllegalStateException("the password is 123");
                },
                LONG,
                LONG);
        assertThat(follower.now().status()).isEqualTo(ServiceStatus.DOWN);
        assertThat(follower.now().detail()).contains("IllegalStateException").doesNotContain("123");
    }

    @Test
    void aCheckThatHangsIsDownInTimeAndUpWhenItAnswersAfterAll() {
        CountDownLatch answer = new CountDownLatch(1);
        follow(
                () -> {
                    try {
                        answer.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return HealthReport.UP;
                },
                Duration.ofMillis(50),
                Duration.ofMillis(100));
        for (int i = 0; i < 10; i++) {
            follower.look();
        }
        assertThat(follower.now().status()).isEqualTo(ServiceStatus.DOWN);
        await().until(() -> told.stream().anyMatch(report -> report.status() == ServiceStatus.DOWN));
        answer.countDown();
        await().until(() -> told.contains(HealthReport.UP));
        await().until(() -> follower.now().equals(HealthReport.UP));
    }

    @Test
    void goesOnAfterAStopAndAStart() {
        follow(() -> health, LONG, LONG);
        follower.now();
        follower.stop();
        health = SICK;
        follower.start();
        assertThat(follower.now()).isEqualTo(SICK);
    }
}
