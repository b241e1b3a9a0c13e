package dev.corrosion.node;

import dev.corrosion.protocol.AwaitVersion;
import dev.corrosion.protocol.Message;
import dev.corrosion.protocol.ProtocolException;
import dev.corrosion.protocol.PushPull;
import dev.corrosion.protocol.SwimPacket;
import dev.corrosion.protocol.SyncMessage;
import dev.corrosion.protocol.VerifyMessage;
import dev.corrosion.protocol.Wire;
import dev.corrosion.transport.ExchangeResponder;
import dev.corrosion.transport.Peer;
import dev.corrosion.transport.TransportListener;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decodes what peers send and hands it to the part of the node that it is for. */
final class PeerListener implements TransportListener {

    private static final Logger log = LoggerFactory.getLogger(PeerListener.class);

    /** Warnings in each {@link PeerLog#QUIET}. */
    static final int MAX_WARNINGS = 20;

    private final Membership membership;
    private final Broadcaster broadcaster;
    private final SyncServer syncServer;
    private final Acknowledgements acknowledgements;
    private final Verifier verifier;
    private final NodeCounters counters;

    private final PeerLog warnings;

    PeerListener(
            LongSupplier nanoTime,
            Membership membership,
            Broadcaster broadcaster,
            SyncServer syncServer,
            Acknowledgements acknowledgements,
            Verifier verifier,
            NodeCounters counters) {
        this.warnings = new PeerLog(log, MAX_WARNINGS, nanoTime);
        this.membership = membership;
        this.broadcaster = broadcaster;
        this.syncServer = syncServer;
        this.acknowledgements = acknowledgements;
        this.verifier = verifier;
        this.counters = counters;
    }

    @Override
    public void onDatagram(Peer from, byte[] payload) {
        try {
            membership.onDatagram(from, payload);
        } catch (ProtocolException e) {
            reject(from, e);
        }
    }

    @Override
    public CompletionStage<?> onFrame(Peer from, byte[] frame) {
        try {
            return broadcaster.onFrame(from, Wire.decode(frame));
        } catch (ProtocolException e) {
            reject(from, e);
            return CompletableFuture.completedFuture(null);
        }
    }

    @Override
    public void onExchange(Peer from, byte[] request, ExchangeResponder responder) {
        try {
            Message message = Wire.decode(request);
            if (message instanceof PushPull view) {
                membership.onExchange(from, view, responder);
            } else if (message instanceof AwaitVersion await) {
                acknowledgements.answer(from, await, responder);
            } else if (message instanceof SwimPacket ping) {
                membership.onExchange(from, ping, responder);
            } else if (message instanceof VerifyMessage question) {
                verifier.serve(from, question, responder);
            } else if (message instanceof SyncMessage sync) {
                syncServer.serve(from, sync, responder);
            } else {
                throw new ProtocolException(
                        "not a question: " + message.getClass().getSimpleName());
            }
        } catch (ProtocolException e) {
            reject(from, e);
            responder.fail();
        }
    }

    @Override
    public void onShed(InetSocketAddress to) {
        counters.framesShed.increment();
        broadcaster.shed(to);
    }

    @Override
    public void onRefused(InetSocketAddress address, String reason) {
        counters.linksRefused.increment();
    }

    private void reject(Peer from, ProtocolException e) {
        counters.messagesRejected.increment();
        warnings.warn("{} sent something that is not understood; dropped: {}", from, String.valueOf(e.getMessage()));
    }
}
