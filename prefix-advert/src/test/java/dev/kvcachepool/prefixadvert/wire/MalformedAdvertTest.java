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
        var bytes = NodeValue.newBuilder()
                .setHolderId("a")
                .setIncarnation(1)
                .build()
                .toByteArray();

        // When, then
        assertThatThrownBy(() -> NodeRowCodec.decode(bytes)).hasMessageContaining("state");
    }

    @Test
    void anIncarnationThatNobodyCouldSucceedIsRefused() {
        // Given
        var key = new AdvertKey.Block(1, Long.MAX_VALUE, new BlockId(new Namespace(1), new BlockHash(1, 1))).toBytes();
        var node = NodeValue.newBuilder()
                .setHolderId("a")
                .setIncarnation(Long.MAX_VALUE)
                .build()
                .toByteArray();

        // When, then
        assertThatThrownBy(() -> AdvertKey.parse(key)).hasMessageContaining("incarnation is 9223372036854775807");
        assertThatThrownBy(() -> NodeRowCodec.decode(node)).hasMessageContaining("incarnation is 9223372036854775807");
    }

    @Test
    void aHolderIdThatIsNotUtf8IsRefused() {
        // Given as many bytes as there may be, each of which would become three when replaced
        var key = new byte[1 + HolderId.MAX_BYTES];
        java.util.Arrays.fill(key, (byte) 0xff);
        key[0] = AdvertKey.NODE;

        // When, then
        assertThatThrownBy(() -> AdvertKey.parse(key)).hasMessageContaining("not UTF-8");
    }

    @Test
    void aRankSetWithoutRanksIsRefused() {
        // Given
        var bytes = BlockValue.newBuilder()
                .setTiers(8)
                .setHeld(com.google.protobuf.ByteString.copyFrom(new byte[2]))
                .build()
                .toByteArray();

        // When, then
        assertThatThrownBy(() -> BlockRowCodec.decode(bytes)).hasMessageContaining("held names no rank");
    }

    @Test
    void aGroupBeyondAllIsRefused() {
        // Given a group whose bits no int can number
        var bytes = NodeValue.newBuilder()
                .setHolderId("a")
                .setIncarnation(1)
                .setState(dev.kvcachepool.prefixadvert.proto.NodeState.NODE_STATE_SERVING)
                .addModels(dev.kvcachepool.prefixadvert.proto.Model.newBuilder()
                        .setChunkTokens(256)
                        .addRequiredGroups(-1))
                .build()
                .toByteArray();

        // When, then
        assertThatThrownBy(() -> NodeRowCodec.decode(bytes))
                .isInstanceOf(MalformedAdvertException.class)
                .hasMessageContaining("required_groups is -1, allowed are 0 to 16383");
    }

    @Test
    void aMismatchOfAnUnknownKindIsLeftOutAndOneOfNoValuesRefused() throws MalformedAdvertException {
        // Given
        var row = NodeValue.newBuilder()
                .setHolderId("a")
                .setIncarnation(1)
                .setState(dev.kvcachepool.prefixadvert.proto.NodeState.NODE_STATE_SERVING);
        var unknown = dev.kvcachepool.prefixadvert.proto.Mismatch.newBuilder().setKindValue(99);
        var empty = dev.kvcachepool.prefixadvert.proto.Mismatch.newBuilder()
                .setKind(dev.kvcachepool.prefixadvert.proto.MismatchKind.MISMATCH_KIND_HASH);

        // When, then
        assertThat(NodeRowCodec.decode(
                                row.clone().addMismatches(unknown).build().toByteArray())
                        .mismatches())
                .isEmpty();
        assertThatThrownBy(() -> NodeRowCodec.decode(
                        row.clone().addMismatches(empty).build().toByteArray()))
                .hasMessageContaining("values is 0");
    }

    @Test
    void aMismatchHasTextsFitForALog() {
        // Given
        var mismatch = new Mismatch(Mismatch.Kind.MODEL, "a\nb\u001b[0m", "", "x".repeat(9999), 1);

        // When, then
        assertThat(mismatch.model()).isEqualTo("a?b?[0m");
        assertThat(mismatch.found()).hasSize(Mismatch.MAX_TEXT);
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
