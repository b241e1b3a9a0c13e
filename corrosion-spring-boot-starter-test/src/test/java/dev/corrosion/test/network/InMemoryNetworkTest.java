package dev.corrosion.test.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.corrosion.ActorId;
import dev.corrosion.transport.ExchangeHandler;
import dev.corrosion.transport.ExchangeResponder;
import dev.corrosion.transport.Peer;
import dev.corrosion.transport.Transport;
import dev.corrosion.transport.TransportListener;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class InMemoryNetworkTest {

    private static final InetSocketAddress A = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    private static final InetSocketAddress B = new InetSocketAddress(InetAddress.getLoopbackAddress(), 2);
    private static final Way A_TO_B = new Way(A, B);

    private static class Ear implements TransportListener {

        final List<Byte> heard = new CopyOnWriteArrayList<>();
        final List<InetSocketAddress> shed = new CopyOnWriteArrayList<>();
        volatile CompletableFuture<Void> taken = CompletableFuture.completedFuture(null);

        @Override
        public void onDatagram(Peer from, byte[] payload) {
            heard.add(payload[0]);
        }

        @Override
        public CompletionStage<?> onFrame(Peer from, byte[] frame) {
            heard.add(frame[0]);
            return taken;
        }

        /** Does not answer. */
        @Override
        public void onExchange(Peer from, byte[] request, ExchangeResponder responder) {
            heard.add(request[0]);
        }

        @Override
        public void onShed(InetSocketAddress to) {
            shed.add(to);
        }

        @Override
        public void onRefused(InetSocketAddress address, String reason) {}
    }

    private static Transport open(InMemoryNetwork network, InetSocketAddress address, TransportListener listener) {
        Transport transport = network.open(new ActorId(UUID.randomUUID()), address, () -> {});
        transport.start(listener);
        return transport;
    }

    /** Which of a hundred datagrams arrive. */
    private static List<Byte> survivors(long seed) {
        try (InMemoryNetwork network = new InMemoryNetwork(seed)) {
            Ear ear = new Ear();
            Transport a = open(network, A, new Ear());
            open(network, B, ear);
            network.change(faults -> faults.losing(0.5));
            for (byte i = 0; i < 100; i++) {
                a.sendDatagram(B, new byte[] {i});
            }
            a.sendFrame(B, new byte[] {100}); // after them on the same thread
            await().until(() -> ear.heard.contains((byte) 100));
            return List.copyOf(ear.heard);
        }
    }

    @Test
    void theSameSeedLosesTheSameDatagrams() {
        List<Byte> first = survivors(7);
        assertThat(first).hasSizeBetween(25, 76).isEqualTo(survivors(7)).isNotEqualTo(survivors(8));
    }

    @Test
    void framesWaitForTheReceiverAndKeepTheirOrder() {
        try (InMemoryNetwork network = new InMemoryNetwork(1)) {
            Ear ear = new Ear();
            ear.taken = new CompletableFuture<>();
            CompletableFuture<Void> first = ear.taken;
            Transport a = open(network, A, new Ear());
            open(network, B, ear);
            network.change(faults -> faults.losing(0.3));
            for (byte i = 0; i < 20; i++) {
                a.sendFrame(B, new byte[] {i});
            }
            await().until(() -> !ear.heard.isEmpty());
            await().during(Duration.ofMillis(100)).until(() -> ear.heard.size() == 1);
            ear.taken = CompletableFuture.completedFuture(null);
            first.complete(null);
            await().until(() -> ear.heard.size() == 20);
            assertThat(ear.heard).isSorted();
        }
    }

    @Test
    void framesOnACutWayAreShedAndTheNextGoThrough() {
        try (InMemoryNetwork network = new InMemoryNetwork(1)) {
            Ear sender = new Ear();
            Ear ear = new Ear();
            Transport a = open(network, A, sender);
            Transport b = open(network, B, ear);
            network.change(faults -> faults.cutting(Set.of(A_TO_B)));
            a.sendFrame(B, new byte[] {1});
            b.sendFrame(A, new byte[] {2});
            await().until(() -> sender.shed.equals(List.of(B)) && sender.heard.equals(List.of((byte) 2)));
            network.change(faults -> Faults.NONE);
            a.sendFrame(B, new byte[] {3});
            await().until(() -> ear.heard.equals(List.of((byte) 3)));
        }
    }

    @Test
    void aQuestionFailsWhenTheWayIsCutBeforeItsAnswer() {
        try (InMemoryNetwork network = new InMemoryNetwork(1)) {
            Ear ear = new Ear();
            Transport a = open(network, A, new Ear());
            open(network, B, ear);
            CompletableFuture<Throwable> failed = new CompletableFuture<>();
            a.exchange(B, new byte[] {1}, new ExchangeHandler() {
                @Override
                public CompletionStage<?> onFrame(byte[] frame) {
                    return CompletableFuture.completedFuture(null);
                }

                @Override
                public void onEnd() {}

                @Override
                public void onFailure(Throwable cause) {
                    failed.complete(cause);
                }
            });
            await().until(() -> ear.heard.size() == 1);
            assertThat(failed).isNotDone();
            network.unplug(B);
            await().until(failed::isDone);
            assertThat(failed.join()).hasMessageContaining("cannot be reached");
        }
    }
}
