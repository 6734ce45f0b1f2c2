package dev.kvcachepool.prefixadvert.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import dev.kvcachepool.prefixadvert.proto.BlockValue;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BlockRowReaderTest {
    private static final int ROUNDS = 50_000;

    @Test
    void readsWhatTheGeneratedParserReads() {
        // Given
        var seed = Long.getLong("kvp.seed", System.nanoTime());
        System.out.println("seed " + seed);
        var random = new Random(seed);
        int read = 0;
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            var bytes = mutated(random);

            // When
            var ours = ours(bytes);

            // Then
            assertThat(ours).as("seed %d round %d", seed, round).isEqualTo(generated(bytes));
            read += ours == null ? 0 : 1;
            refused += ours == null ? 1 : 0;
        }
        assertThat(read).isGreaterThan(ROUNDS / 10);
        assertThat(refused).isGreaterThan(ROUNDS / 10);
    }

    /** A row as it might be, some fields twice, some unknown, some bytes flipped or cut off. */
    private static byte[] mutated(Random random) {
        var bytes = random.nextInt(4) == 0 ? value(random).concat(value(random)) : value(random);
        var some = bytes.toByteArray();
        if (some.length > 0 && random.nextBoolean()) {
            some[random.nextInt(some.length)] = (byte) random.nextInt();
        }
        return random.nextInt(8) == 0 ? Arrays.copyOf(some, random.nextInt(some.length + 1)) : some;
    }

    private static ByteString value(Random random) {
        var value = BlockValue.newBuilder()
                .setTiers(random.nextInt(64))
                .setWorldSize(random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(9))
                .setBytes(random.nextLong() >>> random.nextInt(64))
                .setTokens(random.nextInt() >>> random.nextInt(32))
                .setStoredAtMicros(random.nextLong());
        var some = new byte[random.nextInt(20)];
        random.nextBytes(some);
        if (random.nextBoolean()) {
            value.setHeld(ByteString.copyFrom(some));
        }
        if (random.nextBoolean()) {
            value.setParent(ByteString.copyFrom(some));
        }
        if (random.nextBoolean()) {
            value.setPosition(random.nextInt() >>> random.nextInt(32));
        }
        if (random.nextInt(4) == 0) {
            var unknown = UnknownFieldSet.Field.newBuilder()
                    .addVarint(random.nextLong())
                    .addLengthDelimited(ByteString.copyFrom(some))
                    .addGroup(UnknownFieldSet.newBuilder()
                            .addField(
                                    3,
                                    UnknownFieldSet.Field.newBuilder()
                                            .addFixed32(random.nextInt())
                                            .build())
                            .build())
                    .build();
            value.setUnknownFields(UnknownFieldSet.newBuilder()
                    .addField(1 + random.nextInt(20), unknown)
                    .build());
        }
        return value.build().toByteString();
    }

    private static @Nullable BlockRow ours(byte[] bytes) {
        try {
            return BlockRowCodec.decode(bytes);
        } catch (MalformedAdvertException e) {
            return null;
        }
    }

    /** By the generated parser, with the rules of a row said once more. */
    private static @Nullable BlockRow generated(byte[] bytes) {
        try {
            var value = BlockValue.parseFrom(bytes);
            int tiers = value.getTiers() & (1 << Tier.COUNT) - 1;
            var held = value.getHeld().toByteArray();
            boolean noRank = held.length > 0 && BitSet.valueOf(held).isEmpty();
            boolean negative = value.getBytes() < 0 || value.getTokens() < 0 || value.getPosition() < 0;
            if (tiers == 0
                    || noRank
                    || negative
                    || value.getWorldSize() < 0
                    || value.getWorldSize() > RankSet.MAX_BITS) {
                return null;
            }
            var parent = value.getParent().toByteArray();
            return new BlockRow(
                    tiers,
                    Math.max(1, value.getWorldSize()),
                    RankSet.ofBytes(held),
                    value.getBytes(),
                    value.getTokens(),
                    value.getStoredAtMicros(),
                    parent.length < 8 ? null : BlockHash.of(parent),
                    value.hasPosition() ? value.getPosition() : -1);
        } catch (InvalidProtocolBufferException e) {
            return null;
        }
    }
}
