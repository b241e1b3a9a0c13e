package dev.corrosion.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.ActorId;
import dev.corrosion.protocol.Message;
import dev.corrosion.protocol.VersionHead;
import dev.corrosion.store.Occupation;
import dev.corrosion.transport.ExchangeResponder;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a session sends when. */
class SyncSessionTest {

    private final Loop loop = new Loop();
    private final Answers answers = new Answers();
    private final CompletableFuture<Void> durable = new CompletableFuture<>();

    private SyncSession session() {
        return session(new Pace(1 << 20), 1);
    }

    private SyncSession session(Pace pace, int count) {
        Deque<List<Message>> frames = new ArrayDeque<>();
        for (int i = 1; i <= count; i++) {
            frames.add(List.of(new VersionHead(new ActorId(new UUID(0, 1)), i)));
        }
        SyncSession.Source source = frames::poll;
        return new SyncSession(loop, Runnable::run, pace, source, () -> durable, answers, over -> {});
    }

    @Test
    void aFrameWaitsForItsTurnBeforeItIsSent() {
        durable.complete(null);
        Pace pace = new Pace(1000);
        pace.toSend(1000, 0);
        session(pace, 2).next();
        assertThat(answers.sent).isZero();

        loop.timers.remove(0).run();
        assertThat(answers.sent).isEqualTo(1);
        assertThat(answers.end).isNull();
    }

    @Test
    void nothingIsSentAfterTheSessionWasStoppedWhileAFrameWaited() {
        durable.complete(null);
        Pace pace = new Pace(1000);
        pace.toSend(1000, 0);
        SyncSession session = session(pace, 1);
        session.next();
        session.stop();

        loop.timers.forEach(Runnable::run);
        assertThat(answers.sent).isZero();
        assertThat(answers.end).isEqualTo("fail");
    }

    @Test
    void nothingIsSentThatShowsOwnWritesWhichAreNotOnDisk() {
        session().next();
        loop.run();
        assertThat(answers.sent).isZero();

        durable.complete(null);
        loop.run();
        assertThat(answers.sent).isEqualTo(1);
        assertThat(answers.end).isEqualTo("end");
    }

    @Test
    void aDiskThatDoesNotGetThereBreaksTheSessionOff() {
        session().next();
        loop.timers.forEach(Runnable::run);
        assertThat(answers.sent).isZero();
        assertThat(answers.end).isEqualTo("fail");
    }

    private static final class Answers implements ExchangeResponder {
        private int sent;
        private @Nullable String end;

        @Override
        public CompletionStage<Void> send(byte[] frame) {
            sent++;
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void end() {
            end = "end";
        }

        @Override
        public void fail() {
            end = "fail";
        }
    }

    private static final class Loop implements EventLoop {

        @Override
        public Occupation occupation() {
            return new Occupation();
        }

        private final Deque<Runnable> tasks = new ArrayDeque<>();
        private final List<Runnable> timers = new ArrayList<>();

        void run() {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
        }

        @Override
        public long now() {
            return 0;
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        @Override
        public void schedule(Duration delay, Runnable task) {
            timers.add(task);
        }

        @Override
        public void close() {}
    }
}
