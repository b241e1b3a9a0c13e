package dev.corrosion.transport.quic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.corrosion.transport.quic.FrameDecoder.Item;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameDecoderTest {

    @Test
    void framesThatArriveTogetherHaveOneAllowance() {
        Allowance allowance = new Allowance(100_000);
        FrameDecoder one = new FrameDecoder(1 << 20, allowance);
        FrameDecoder other = new FrameDecoder(1 << 20, allowance);
        assertThat(one.decode(Unpooled.buffer().writeInt(90_000).writeZero(1))).isEqualTo(Item.NEED_MORE);

        assertThat(other.decode(Unpooled.buffer().writeInt(90_000).writeZero(1)))
                .isEqualTo(Item.NO_ROOM);
        one.release();
        assertThat(new FrameDecoder(1 << 20, allowance)
                        .decode(Unpooled.buffer().writeInt(90_000).writeZero(90_000)))
                .isEqualTo(Item.FRAME);
    }

    @Test
    void framesComeOutHoweverTheBytesAreCut() {
        Random random = new Random(7);
        int[] sizes = {0, 1, 3, 70_000, 200_000, 4};
        ByteBuf all = Unpooled.buffer();
        List<byte[]> sent = new ArrayList<>();
        for (int size : sizes) {
            byte[] frame = new byte[size];
            random.nextBytes(frame);
            sent.add(frame);
            all.writeInt(size).writeBytes(frame);
        }
        all.writeInt(FrameDecoder.END_MARK);

        FrameDecoder decoder = new FrameDecoder(200_000);
        List<byte[]> received = new ArrayList<>();
        boolean ended = false;
        while (all.isReadable()) {
            ByteBuf piece = all.readSlice(Math.min(all.readableBytes(), 1 + random.nextInt(random.nextInt(9_000) + 1)));
            Item item = Item.FRAME;
            while (item != Item.NEED_MORE && item != Item.END) {
                item = decoder.decode(piece);
                if (item == Item.FRAME) {
                    received.add(decoder.frame());
                }
            }
            ended = item == Item.END;
        }
        assertThat(ended).isTrue();
        assertThat(received).hasSameSizeAs(sent);
        for (int i = 0; i < sizes.length; i++) {
            assertThat(received.get(i)).isEqualTo(sent.get(i));
        }
    }

    @Test
    void marksAreToldApartFromLengths() {
        FrameDecoder decoder = new FrameDecoder(10);
        assertThat(decoder.decode(Unpooled.buffer().writeInt(FrameDecoder.ABORT_MARK)))
                .isEqualTo(Item.ABORT);
        assertThat(decoder.decode(Unpooled.buffer().writeInt(FrameDecoder.END_MARK)))
                .isEqualTo(Item.END);
        assertThat(decoder.decode(Unpooled.buffer().writeInt(Integer.MIN_VALUE)))
                .isEqualTo(Item.TOO_LARGE);
        assertThat(decoder.announced()).isEqualTo(1L << 31);
    }

    @Test
    void anAnnouncedLengthTakesNoMemoryBeforeTheBytesArrive() {
        FrameDecoder decoder = new FrameDecoder(Integer.MAX_VALUE);
        ByteBuf header = Unpooled.buffer().writeInt(Integer.MAX_VALUE).writeByte(1);
        assertThat(decoder.decode(header)).isEqualTo(Item.NEED_MORE);
        assertThat(new FrameDecoder(10).decode(Unpooled.buffer().writeInt(11))).isEqualTo(Item.TOO_LARGE);
    }
}
