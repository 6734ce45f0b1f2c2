package dev.kvcachepool.bridges.vllm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.hash.HashScheme;
import dev.kvcachepool.prefixadvert.wire.ModelSpec;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Messages of engines with bytes changed, cut out and put in: each is a batch or refused, and no batch breaks anything. */
class KvEventFuzzTest {
    private static final int ROUNDS = 50_000;
    private static final int MOST_BLOCKS = 64;

    @Test
    void noMessageBreaksTheDecoderOrTheBlocks() {
        // Given
        long seed = Long.getLong("kvp.seed", new Random().nextLong());
        var random = new Random(seed);
        var seeds = seeds();
        var model = new ModelSpec("m", HashScheme.VLLM_SHA256_CBOR.id(), 4, List.of());
        var blocks = new EngineBlocks(
                new Lineages("", () -> List.of(model), new SaltKey("k"), "seed"), MOST_BLOCKS, InstantSource.system());
        int accepted = 0;
        // When
        for (int round = 0; round < ROUNDS; round++) {
            var message = mutate(seeds.get(random.nextInt(seeds.size())), random);
            try {
                KvEventDecoder.decode(message).events().forEach(blocks::apply);
                accepted++;
            } catch (MalformedEventException e) {
                assertThat(e.getMessage()).as("seed %d", seed).isNotBlank().doesNotStartWith("null");
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", round " + round + ": " + Arrays.toString(message), e);
            }
        }
        // Then
        assertThat(accepted).as("seed %d", seed).isBetween(ROUNDS / 100, ROUNDS - 1);
        assertThat(blocks.stats().blocks()).as("seed %d", seed).isLessThanOrEqualTo(MOST_BLOCKS);
    }

    private static List<byte[]> seeds() {
        var events = new ArrayList<Map<String, ?>>();
        var stored = Encoding.stored(
                List.of(1L, 2L), null, IntStream.range(0, 4).boxed().toList(), 2);
        stored.put("extra_keys", Arrays.asList(List.of(List.of("cache_salt", "s"), List.of("mm", "i", 1)), null));
        events.add(stored);
        events.add(Encoding.stored(List.of(new byte[32]), 2L, List.of(9, 9), 2));
        var host = Encoding.stored(List.of(2L), null, List.of(), 4);
        host.put("medium", "CPU");
        host.put("group_idx", 0);
        events.add(host);
        events.add(Encoding.removed(List.of(1L, new byte[16])));
        events.add(Map.of("type", EventFields.CLEARED));
        var seeds = new ArrayList<byte[]>();
        for (var encoding : Encoding.values()) {
            seeds.add(encoding.batch(events));
            events.forEach(event -> seeds.add(encoding.batch(List.of(event))));
        }
        return seeds;
    }

    private static byte[] mutate(byte[] seed, Random random) {
        var bytes = seed.clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(bytes.length);
            bytes = switch (random.nextInt(4)) {
                case 0 -> Arrays.copyOf(bytes, 1 + at);
                case 1 -> insert(bytes, at, (byte) random.nextInt());
                default -> {
                    bytes[at] = (byte) (random.nextBoolean() ? random.nextInt() : bytes[at] + 1);
                    yield bytes;
                }
            };
        }
        return bytes;
    }

    private static byte[] insert(byte[] bytes, int at, byte value) {
        var longer = new byte[bytes.length + 1];
        System.arraycopy(bytes, 0, longer, 0, at);
        longer[at] = value;
        System.arraycopy(bytes, at, longer, at + 1, bytes.length - at);
        return longer;
    }
}
