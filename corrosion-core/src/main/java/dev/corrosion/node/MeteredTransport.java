package dev.corrosion.node;

import dev.corrosion.ActorId;
import dev.corrosion.NodeStatus;
import dev.corrosion.protocol.Purpose;
import dev.corrosion.transport.ExchangeHandler;
import dev.corrosion.transport.ExchangeResponder;
import dev.corrosion.transport.Peer;
import dev.corrosion.transport.Transport;
import dev.corrosion.transport.TransportLinks;
import dev.corrosion.transport.TransportListener;
import dev.corrosion.transport.identity.NodeIdentity;
import dev.corrosion.transport.identity.Revocations;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Counts what passes through a transport. An answer counts for the same purpose as its question. */
final class MeteredTransport implements Transport {

    private final Transport transport;
    private final Traffic traffic;

    MeteredTransport(Transport transport, Traffic traffic) {
        this.transport = transport;
        this.traffic = traffic;
    }

    @Override
    public InetSocketAddress address() {
        return transport.address();
    }

    @Override
    public void start(TransportListener listener) {
        transport.start(new Listener(listener));
    }

    @Override
    public void sendDatagram(InetSocketAddress to, byte[] payload) {
        traffic.sent(Purpose.SWIM, payload);
        transport.sendDatagram(to, payload);
    }

    @Override
    public void sendFrame(InetSocketAddress to, byte[] frame) {
        traffic.sent(Purpose.BROADCAST, frame);
        transport.sendFrame(to, frame);
    }

    @Override
    public void exchange(InetSocketAddress to, byte[] request, ExchangeHandler handler) {
        Purpose purpose = Purpose.of(request);
        traffic.sent(purpose, request);
        transport.exchange(to, request, new ExchangeHandler() {
            @Override
            public void onPeer(Peer peer) {
                handler.onPeer(peer);
            }

            @Override
            public CompletionStage<?> onFrame(byte[] frame) {
                traffic.received(purpose, frame);
                return handler.onFrame(frame);
            }

            @Override
            public void onEnd() {
                handler.onEnd();
            }

            @Override
            public void onFailure(Throwable cause) {
                handler.onFailure(cause);
            }
        });
    }

    @Override
    public Optional<Duration> roundTrip(InetSocketAddress to) {
        return transport.roundTrip(to);
    }

    @Override
    public Optional<NodeIdentity> identity() {
        return transport.identity();
    }

    @Override
    public void renew(NodeIdentity identity) {
        transport.renew(identity);
    }

    @Override
    public void revoke(Revocations revocations) {
        transport.revoke(revocations);
    }

    @Override
    public Map<ActorId, NodeStatus.Certificate> peerCertificates() {
        return transport.peerCertificates();
    }

    @Override
    public TransportLinks links() {
        return transport.links();
    }

    @Override
    public void close() {
        transport.close();
    }

    private final class Listener implements TransportListener {

        private final TransportListener listener;

        Listener(TransportListener listener) {
            this.listener = listener;
        }

        @Override
        public void onDatagram(Peer from, byte[] payload) {
            traffic.received(Purpose.SWIM, payload);
            listener.onDatagram(from, payload);
        }

        @Override
        public CompletionStage<?> onFrame(Peer from, byte[] frame) {
            traffic.received(Purpose.BROADCAST, frame);
            return listener.onFrame(from, frame);
        }

        @Override
        public void onExchange(Peer from, byte[] request, ExchangeResponder responder) {
            Purpose purpose = Purpose.of(request);
            traffic.received(purpose, request);
            listener.onExchange(from, request, new ExchangeResponder() {
                @Override
                public CompletionStage<Void> send(byte[] frame) {
                    traffic.sent(purpose, frame);
                    return responder.send(frame);
                }

                @Override
                public void end() {
                    responder.end();
                }

                @Override
                public void fail() {
                    responder.fail();
                }
            });
        }

        @Override
        public void onShed(InetSocketAddress to) {
            listener.onShed(to);
        }

        @Override
        public void onRefused(InetSocketAddress address, String reason) {
            listener.onRefused(address, reason);
        }
    }
}
