package dev.corrosion.transport.quic;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.util.ReferenceCountUtil;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads frames from one stream and delivers them one after the other. The stream is not read further before the sink is
 * ready for the next frame: QUIC's flow control then stops the sender.
 */
final class FrameReader extends ChannelInboundHandlerAdapter {

    private static final Logger log = LoggerFactory.getLogger(FrameReader.class);

    private final FrameSink sink;
    private final FrameDecoder decoder;

    /** Read but not decoded; bounded by what one read delivers, since nothing is read while this is not empty. */
    private final ArrayDeque<ByteBuf> pending = new ArrayDeque<>();

    private boolean delivering;
    private boolean draining;
    private boolean inputEnded;
    private boolean finished;

    FrameReader(FrameSink sink, int maxFrameBytes) {
        this(sink, maxFrameBytes, Allowance.unlimited());
    }

    /** @param allowance for frames that are not complete, of this stream and others */
    FrameReader(FrameSink sink, int maxFrameBytes, Allowance allowance) {
        this.sink = sink;
        this.decoder = new FrameDecoder(maxFrameBytes, allowance);
    }

    /** From the next frame on. */
    void maxFrameBytes(int bytes) {
        decoder.maxFrameBytes(bytes);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        context.channel().config().setAutoRead(false);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        context.read();
        context.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (finished || !(message instanceof ByteBuf bytes)) {
            ReferenceCountUtil.release(message);
            return;
        }
        pending.add(bytes);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        drain(context);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownReadComplete) {
            inputEnded = true;
            drain(context);
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        breakOff(new EOFException("the link was closed"));
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        breakOff(cause);
    }

    private void drain(ChannelHandlerContext context) {
        if (draining) {
            return;
        }
        draining = true;
        try {
            while (!delivering && !finished && !pending.isEmpty()) {
                step(context, pending.element());
            }
        } finally {
            draining = false;
        }
        if (finished || !delivering) {
            if (inputEnded) {
                breakOff(new EOFException("the stream ended early"));
            } else {
                context.read();
            }
        }
    }

    private void step(ChannelHandlerContext context, ByteBuf input) {
        FrameDecoder.Item item = decoder.decode(input);
        if (!input.isReadable()) {
            pending.remove().release();
        }
        switch (item) {
            case NEED_MORE -> {}
            case FRAME -> deliver(context, decoder.frame());
            case END -> {
                finish();
                sink.onEnd();
            }
            case ABORT -> breakOff(new IOException("the peer broke off"));
            case TOO_LARGE -> breakOff(new FrameTooLargeException(decoder.announced()));
            case NO_ROOM -> breakOff(new IOException("too much arrives at a time"));
        }
    }

    private void deliver(ChannelHandlerContext context, byte[] frame) {
        delivering = true;
        CompletionStage<?> ready;
        try {
            ready = sink.onFrame(frame);
        } catch (RuntimeException e) {
            ready = CompletableFuture.failedFuture(e);
        }
        ready.whenComplete((ignored, failure) -> {
            if (failure != null) {
                log.error("a frame could not be handled; going on with the next one", failure);
            }
            EventLoops.run(context.executor(), () -> delivered(context));
        });
    }

    private void delivered(ChannelHandlerContext context) {
        delivering = false;
        drain(context);
    }

    private void breakOff(Throwable cause) {
        if (!finished) {
            finish();
            sink.onBroken(cause);
        }
    }

    private void finish() {
        finished = true;
        decoder.release();
        pending.forEach(ByteBuf::release);
        pending.clear();
    }
}
