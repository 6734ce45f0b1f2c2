package dev.kvcachepool.prefixadvert.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvcachepool.prefixadvert.proto.BlockValue;
import dev.kvcachepool.prefixadvert.proto.NodeValue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MalformedAdvertTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 40, 42, 600})
    void keysOfAnotherLengthAreRefused(int length) {
        // Given a block key of the wrong length
        var key = new byte[length];
        if (length > 0) {
            key[0] = AdvertKey.BLOCK;
        }

        // When it is parsed, then the message says what is wrong
        assertThatThrownBy(() -> AdvertKey.parse(key)).isInstanceOf(MalformedAdvertException.class);
    }

    @Test
    void aRowWithoutAKnownTierIsRefused() {
        // Given a tier of the future, alone
        var bytes = BlockValue.newBuilder().setTiers(1 << 9).build().toByteArray();

        // When it is decoded, then it is refused by name
        assertThatThrownBy(() -> BlockRowCodec.decode(bytes))
                .isInstanceOf(MalformedAdvertException.class)
                .hasMessageContaining("tiers is 512");
    }

    @Test
    void aGiantRankSetIsRefused() {
        // Given
        var bytes = BlockValue.newBuilder()
                .setTiers(8)
                .setHeld(com.google.protobuf.ByteString.copyFrom(new byte[RankSet.MAX_BITS / 8 + 1]))
                .build()
                .toByteArray();

        // When, then
        assertThatThrownBy(() -> BlockRowCodec.decode(bytes)).hasMessageContaining("held has 2049 bytes");
    }

    @Test
    void aNodeWithoutAStateIsRefused() {
        // Given
        var bytes = NodeValue.newBuilder().setHolderId("a").build().toByteArray();

        // When, then
        assertThatThrownBy(() -> NodeRowCodec.decode(bytes)).hasMessageContaining("state");
    }

    @Test
    void randomBytesNeverDoMoreThanFail() {
        // Given
        var seed = Long.getLong("kvp.seed", System.nanoTime());
        System.out.println("seed " + seed);
        var random = new Random(seed);
        var refused = 0;
        for (int round = 0; round < 20_000; round++) {
            var bytes = new byte[random.nextInt(64)];
            random.nextBytes(bytes);

            // When each decoder is given them
            refused += refuses(() -> AdvertKey.parse(bytes));
            refused += refuses(() -> BlockRowCodec.decode(bytes));
            refused += refuses(() -> NodeRowCodec.decode(bytes));
        }

        // Then nothing but the declared exception came out, and most were refused
        assertThat(refused).isGreaterThan(30_000);
    }

    private interface Decoding {
        Object decode() throws MalformedAdvertException;
    }

    private static int refuses(Decoding decoding) {
        try {
            decoding.decode();
            return 0;
        } catch (MalformedAdvertException e) {
            return 1;
        }
    }
}
