package dev.corrosion.transport.quic;

import dev.corrosion.ActorId;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All links of a node and the routes to them. Event loop only.
 *
 * <p>A link is found by the address its peer advertises and by the address that was dialled to get there. If two nodes
 * dial each other at the same time there are two links; both take the one that was opened by the smaller actor id, and
 * the other falls idle.
 */
final class LinkTable implements QuicLink.Owner {

    /** Addresses known at a time. */
    static final int MAX_ROUTES = 8192;

    /** Connections whose handshake or greeting is under way, of those that others have opened. */
    static final int MAX_UNGREETED = 256;

    /** As many of them are a load under which source addresses have to be proved. */
    static final int BUSY_UNGREETED = 32;

    /** Links that one member may have at a time: a few, when two nodes dial each other or a link is replaced. */
    static final int MAX_LINKS_OF_A_MEMBER = 8;

    /** Links of all members. */
    static final int MAX_LINKS = 8192;

    private static final Logger log = LoggerFactory.getLogger(LinkTable.class);

    private final LocalNode node;
    private final Channel dialSocket;
    private final Set<InetSocketAddress> ownAddresses;
    private final Map<InetSocketAddress, Route> routes = new HashMap<>();
    private final Set<QuicLink> links = new HashSet<>();
    private int ungreeted;

    /** Set when the transport is being closed. */
    private @Nullable Runnable onClosed;

    private @Nullable ScheduledFuture<?> deadline;

    LinkTable(LocalNode node, Channel dialSocket, Set<InetSocketAddress> ownAddresses) {
        this.node = node;
        this.dialSocket = dialSocket;
        this.ownAddresses = ownAddresses;
    }

    // ---- sending

    void send(Parcel parcel) {
        InetSocketAddress to = parcel.to();
        if (onClosed != null) {
            parcel.drop(node, "the transport is closed");
            return;
        }
        if (to.isUnresolved() || to.getPort() == 0 || ownAddresses.contains(to)) {
            log.debug("nothing is sent to {}: it is unresolved or this node itself", to);
            parcel.drop(node, "the address is unresolved or this node's own");
            return;
        }
        if (node.options().loopbackOnly() && !to.getAddress().isLoopbackAddress()) {
            node.refusals()
                    .weRefused(
                            to,
                            "the node at " + NetUtil.toSocketAddressString(to),
                            "it is on another machine, which the development identity must not reach: set"
                                    + " corrosion.security.secret on all nodes");
            parcel.drop(node, "it is not on this machine");
            return;
        }
        Route route = route(to);
        if (route == null) {
            parcel.drop(node, "too many addresses are in use");
            return;
        }
        send(parcel, route);
    }

    private void send(Parcel parcel, Route route) {
        QuicLink link = route.link();
        if (link != null && link.isOpen()) {
            parcel.sendOn(link, node);
            return;
        }
        if (!route.isDialling()) {
            if (!route.mayDial(node.nanoTime().getAsLong())) {
                parcel.drop(node, "it could not be reached a moment ago");
                return;
            }
            dial(route);
        }
        if (!route.keep(parcel)) {
            parcel.drop(node, "too much is waiting for the link to open");
        }
    }

    private @Nullable Route route(InetSocketAddress address) {
        Route known = routes.get(address);
        if (known != null) {
            return known;
        }
        if (routes.size() >= MAX_ROUTES) {
            routes.values().removeIf(Route::isIdle);
            if (routes.size() >= MAX_ROUTES) {
                return null;
            }
        }
        Route added = new Route(address, node.limits().connectingBytes());
        routes.put(address, added);
        return added;
    }

    // ---- opening

    private void dial(Route route) {
        route.dialStarted();
        InetSocketAddress to = route.address();
        int timeout = Math.toIntExact(node.options().connectTimeout().toMillis());
        QuicChannel.newBootstrap(dialSocket)
                .handler(connections(to))
                .streamHandler(streams())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeout)
                .remoteAddress(to)
                .connect()
                .addListener((Future<QuicChannel> connected) -> {
                    if (!connected.isSuccess()) {
                        dialFailed(route, connected.cause());
                    }
                });
    }

    private void dialFailed(Route route, Throwable cause) {
        for (QuicLink link : new ArrayList<>(links)) {
            if (route.address().equals(link.dialled()) && !link.isReady()) {
                link.onConnectFailed(cause);
            }
        }
        // Usually done by the closing of the link; not if there has never been a channel.
        if (route.isDialling()) {
            dialFailed(route, false);
        }
    }

    /** Whether more handshakes are under way than is usual. */
    boolean isBusy() {
        return ungreeted >= BUSY_UNGREETED;
    }

    /** Sets up connections that others open. */
    ChannelHandler accepted() {
        return connections(null);
    }

    private ChannelHandler connections(@Nullable InetSocketAddress dialled) {
        return new ChannelInitializer<QuicChannel>() {
            @Override
            protected void initChannel(QuicChannel channel) {
                connection(channel, dialled);
            }
        };
    }

    private void connection(QuicChannel channel, @Nullable InetSocketAddress dialled) {
        if (dialled == null && (onClosed != null || ungreeted >= MAX_UNGREETED || links.size() >= MAX_LINKS)) {
            log.debug("not accepting a connection: {} handshakes are under way, {} links", ungreeted, links.size());
            Outcome.logged("closing a connection", channel.close());
            return;
        }
        QuicLink link = new QuicLink(node, channel, dialled, this);
        links.add(link);
        if (dialled == null) {
            ungreeted++;
        }
        channel.pipeline().addLast(new LinkEvents(link));
    }

    /** Sets up streams that peers open. */
    ChannelHandler streams() {
        return new ChannelInitializer<QuicStreamChannel>() {
            @Override
            protected void initChannel(QuicStreamChannel stream) {
                LinkEvents events = stream.parent().pipeline().get(LinkEvents.class);
                if (events == null || stream.isLocalCreated()) {
                    Outcome.logged("closing a stream", stream.close());
                } else {
                    events.link().onStream(stream);
                }
            }
        };
    }

    @Override
    public void onReady(QuicLink link) {
        greeted(link);
        node.counters().connections.incrementAndGet();
        node.counters().connectionsOpened.increment();
        log.debug("link to {} is ready", link.peer());
        if (link.dialled() == null && linksOf(link.peer().actorId()) > MAX_LINKS_OF_A_MEMBER) {
            link.close(ErrorCode.BUSY, "there are " + MAX_LINKS_OF_A_MEMBER + " links to this member");
            return;
        }
        InetSocketAddress advertised = link.peer().address();
        Route route = route(advertised);
        QuicLink chosen = route == null ? link : choose(route, link);
        InetSocketAddress dialled = link.dialled();
        if (dialled != null) {
            Route via = route(dialled);
            if (via != null) {
                via.dialEnded();
                use(via, chosen);
            }
        }
        if (route != null) {
            use(route, chosen);
        }
        if (onClosed != null) {
            link.goodbye();
        }
    }

    private long linksOf(ActorId member) {
        return links.stream()
                .filter(link -> link.isReady() && link.peer().actorId().equals(member))
                .count();
    }

    private QuicLink choose(Route route, QuicLink candidate) {
        QuicLink current = route.link();
        if (current == null || !current.isOpen()) {
            return candidate;
        }
        if (current.peerInstance() != candidate.peerInstance()) {
            log.debug("the node at {} has been restarted or replaced", route.address());
            current.close(ErrorCode.REPLACED, "another process is at this address now");
            return candidate;
        }
        if (current.hasNewerIdentityThan(candidate) || candidate.hasNewerIdentityThan(current)) {
            // The peer's may differ both ways: then what came later is newer.
            return candidate.generation() < current.generation() ? current : replaced(current, candidate);
        }
        // A peer that opens a second link long after the first one has lost the first.
        long age = node.nanoTime().getAsLong() - current.readyAt();
        if (age > node.options().connectTimeout().toNanos()) {
            return candidate;
        }
        return candidate.initiator().compareTo(current.initiator()) < 0 ? candidate : current;
    }

    private QuicLink replaced(QuicLink old, QuicLink link) {
        for (Route route : routes.values()) {
            if (route.link() == old) {
                use(route, link);
            }
        }
        old.retire();
        return link;
    }

    @Override
    public boolean isReplaced(QuicLink link) {
        Optional<QuicLink> other = links.stream()
                .filter(known -> known != link && known.isReady() && known.isOpen())
                .filter(known -> known.peerInstance() == link.peerInstance())
                .findFirst();
        other.ifPresent(used -> replaced(link, used));
        return other.isPresent();
    }

    /**
     * Opens a link anew, of those that were made with an identity which this node has no more: the one that was least often
     * tried. Drops it if there is another one, or none can be had.
     *
     * @return whether there may be more to do
     */
    boolean replaceNext() {
        int current = node.contexts().generation();
        List<QuicLink> stale = links.stream()
                .filter(link -> link.isReady() && link.isOpen() && link.generation() < current)
                .sorted(Comparator.comparingInt(QuicLink::attempts))
                .toList();
        for (QuicLink link : stale) {
            if (isReplaced(link)) {
                continue;
            }
            InetSocketAddress dialled = link.dialled();
            Route route = route(dialled != null ? dialled : link.peer().address());
            if (route == null
                    || (!route.isDialling() && route.mayDial(node.nanoTime().getAsLong()))) {
                replace(link, route);
                break;
            }
        }
        return onClosed == null && !stale.isEmpty();
    }

    private void replace(QuicLink old, @Nullable Route route) {
        if (route == null || old.nextAttempt() > Recycler.MAX_ATTEMPTS) {
            log.warn("The link to {} is closed: it could not be opened anew with what this node shows now", old.peer());
            old.goodbye();
        } else {
            dial(route);
        }
    }

    /** Closes the links to those who have been revoked. */
    void cutRevoked() {
        new ArrayList<>(links).forEach(QuicLink::cutIfRevoked);
    }

    private void use(Route route, QuicLink link) {
        route.use(link);
        route.takeWaiting().forEach(parcel -> parcel.sendOn(link, node));
    }

    // ---- closing

    @Override
    public void onClosed(QuicLink link) {
        links.remove(link);
        if (link.isReady()) {
            node.counters().connections.decrementAndGet();
        } else {
            greeted(link);
            node.counters().handshakesFailed.increment();
        }
        for (Route route : new ArrayList<>(routes.values())) {
            if (route.link() == link) {
                route.use(null);
            }
        }
        retryLater(link);
        routes.values().removeIf(Route::isBlank);
        completeIfClosed();
    }

    private void retryLater(QuicLink link) {
        InetSocketAddress dialled = link.dialled();
        Route route = dialled == null ? null : routes.get(dialled);
        if (route == null || (link.isReady() && !link.wasRefused())) {
            return;
        }
        dialFailed(route, link.wasRefused());
    }

    private void dialFailed(Route route, boolean refused) {
        route.dialFailed(node.nanoTime().getAsLong(), refused);
        if (route.link() == null) {
            route.takeWaiting().forEach(parcel -> parcel.drop(node, "it could not be reached"));
        }
    }

    private void greeted(QuicLink link) {
        if (link.dialled() == null) {
            ungreeted--;
        }
    }

    /** Says goodbye on all links; those that have not gone in time are closed. Called once. */
    void close(long graceMillis, Runnable whenClosed) {
        onClosed = whenClosed;
        for (Route route : new ArrayList<>(routes.values())) {
            route.takeWaiting().forEach(parcel -> parcel.drop(node, "the transport is closed"));
        }
        new ArrayList<>(links).forEach(QuicLink::goodbye);
        deadline = dialSocket.eventLoop().schedule(this::closeAll, graceMillis, TimeUnit.MILLISECONDS);
        completeIfClosed();
    }

    private void closeAll() {
        new ArrayList<>(links).forEach(link -> link.close(ErrorCode.BYE, ""));
    }

    private void completeIfClosed() {
        if (onClosed != null && deadline != null && links.isEmpty() && !deadline.isCancelled()) {
            deadline.cancel(false);
            onClosed.run();
        }
    }
}
