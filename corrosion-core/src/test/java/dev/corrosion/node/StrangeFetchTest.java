package dev.corrosion.node;

import static dev.corrosion.node.TestCluster.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.ActorId;
import dev.corrosion.Corrosion;
import dev.corrosion.CorrosionOptions;
import dev.corrosion.Statement;
import dev.corrosion.ledger.Horizon;
import dev.corrosion.ledger.RangeSet;
import dev.corrosion.protocol.Changes;
import dev.corrosion.protocol.EmptyVersions;
import dev.corrosion.protocol.Message;
import dev.corrosion.protocol.SyncFetch;
import dev.corrosion.protocol.Wire;
import dev.corrosion.transport.ExchangeHandler;
import dev.corrosion.transport.ExchangeResponder;
import dev.corrosion.transport.Peer;
import dev.corrosion.transport.Transport;
import dev.corrosion.transport.TransportListener;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A fetch for what the node that used to be at this address held. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class StrangeFetchTest {

    private final TestCluster cluster;

    StrangeFetchTest(@TempDir Path directory) {
        cluster = new TestCluster(directory);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void nothingIsSaidOfVersionsThatAreNotHeld() {
        Corrosion node = cluster.start("a");
        TestCluster.add(node, "1");
        TestCluster.add(node, "1b");
        node.write(Statement.of("UPDATE todo SET title = 'x' WHERE id = '1'")); // nothing is left of 1
        ActorId unknown = new ActorId(new UUID(1, 2));

        List<Message> answers = fetch(
                node,
                new SyncFetch.Wanted(unknown, RangeSet.EMPTY.plus(1, 5)),
                new SyncFetch.Wanted(node.actorId(), RangeSet.EMPTY.plus(2, 9)));

        assertThat(answers).noneMatch(EmptyVersions.class::isInstance).hasSize(1);
        assertThat(((Changes) answers.get(0)).parts())
                .allMatch(part -> part.actor().equals(node.actorId()))
                .extracting(part -> part.version())
                .containsExactlyInAnyOrder(2L, 3L);
    }

    private List<Message> fetch(Corrosion node, SyncFetch.Wanted... wanted) {
        CorrosionOptions options = cluster.options("asker", SECRET).build();
        List<Message> answers = new CopyOnWriteArrayList<>();
        CompletableFuture<Void> done = new CompletableFuture<>();
        try (Transport asker =
                new ProcessHost().openTransport(options, ClusterBinding.of(options), new ActorId(UUID.randomUUID()))) {
            asker.start(new Deaf());
            byte[] question = Wire.encode(new SyncFetch(List.of(wanted), Horizon.NONE.fingerprint()));
            asker.exchange(node.status().address(), question, new ExchangeHandler() {
                @Override
                public CompletionStage<?> onFrame(byte[] frame) {
                    answers.add(Wire.decode(frame));
                    return CompletableFuture.completedFuture(null);
                }

                @Override
                public void onEnd() {
                    done.complete(null);
                }

                @Override
                public void onFailure(Throwable cause) {
                    done.completeExceptionally(cause);
                }
            });
            done.join();
        }
        return answers;
    }

    private static final class Deaf implements TransportListener {

        @Override
        public void onDatagram(Peer from, byte[] payload) {}

        @Override
        public CompletionStage<?> onFrame(Peer from, byte[] frame) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void onExchange(Peer from, byte[] request, ExchangeResponder responder) {
            responder.end();
        }

        @Override
        public void onShed(InetSocketAddress to) {}

        @Override
        public void onRefused(InetSocketAddress address, String reason) {}
    }
}
