package dev.kvcachepool.bridges.vllm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.bridges.vllm.KvEvent.BlockRemoved;
import dev.kvcachepool.bridges.vllm.KvEvent.BlockStored;
import dev.kvcachepool.prefixadvert.hash.BlockHashers;
import dev.kvcachepool.prefixadvert.hash.HashScheme;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.BlockRow;
import dev.kvcachepool.prefixadvert.wire.ModelSpec;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Random events of an engine whose prompts share prefixes, against {@link NaiveEngine}. */
class EngineBlocksModelTest {
    private static final ModelSpec MODEL = new ModelSpec("m", HashScheme.LMCACHE_BLAKE3.id(), 1, List.of());
    private static final Namespace NAMESPACE = Namespace.of(MODEL.name(), MODEL.scheme(), new byte[0]);
    private static final int EVENTS = 250;
    private static final int PROMPT_TOKENS = 48;

    @ParameterizedTest
    @CsvSource({"4,16", "4,4", "16,4", "3,8", "8,12", "16,48", "1,8", "5,3"})
    void chunksAreHeldWhenAllBlocksThatCoverThemAre(int blockTokens, int chunkTokens) {
        // Given
        long seed = Long.getLong("kvp.seed", new Random().nextLong());
        var random = new Random(seed);
        var model = new ModelSpec(MODEL.name(), MODEL.scheme(), chunkTokens, List.of());
        var blocks = new EngineBlocks(
                new Lineages("", () -> List.of(model), new SaltKey("k"), ""), 1 << 16, InstantSource.system());
        var naive = new NaiveEngine(blockTokens, chunkTokens);
        var told = new HashSet<BlockId>();
        blocks.listen(told::add);
        var before = new HashMap<BlockId, Integer>();
        for (int step = 0; step < EVENTS; step++) {
            var prompt = prompt(random);
            int at = random.nextInt(prompt.size() / blockTokens);
            // When
            if (random.nextInt(5) < 3) {
                int count = 1 + random.nextInt(prompt.size() / blockTokens - at);
                blocks.apply(stored(naive, prompt, at, count, random));
            } else {
                blocks.apply(removed(naive, prompt, at, random));
            }
            // Then
            var expected = naive.tiers(chunks(chunkTokens));
            var actual = new HashMap<BlockId, Integer>();
            blocks.forEachWhole(id -> actual.put(id, row(blocks, id).tiers()));
            assertThat(actual).as("seed %d, step %d", seed, step).isEqualTo(expected);
            var changed = new HashSet<>(before.keySet());
            changed.addAll(expected.keySet());
            changed.removeIf(id -> java.util.Objects.equals(before.get(id), expected.get(id)));
            assertThat(told).as("seed %d, step %d", seed, step).containsAll(changed);
            told.clear();
            before.clear();
            before.putAll(expected);
        }
        assertThat(blocks.stats().blocks()).as("seed %d", seed).isEqualTo(naive.known());
    }

    private static BlockRow row(EngineBlocks blocks, BlockId id) {
        var row = blocks.current(id);
        assertThat(row).isNotNull();
        return row;
    }

    /** Few prompts that part at few places. */
    private static List<Integer> prompt(Random random) {
        return IntStream.range(0, PROMPT_TOKENS)
                .mapToObj(i -> i % 13 == 5 ? random.nextInt(2) : i)
                .toList();
    }

    private static BlockStored stored(NaiveEngine naive, List<Integer> prompt, int at, int count, Random random) {
        var medium = random.nextInt(3) == 0 ? Medium.CPU : Medium.GPU;
        var silent = random.nextInt(4) == 0;
        int span = silent && medium == Medium.CPU ? 1 + random.nextInt(2) : 1;
        var hashes = new ArrayList<EngineHash>();
        for (int i = at; i < at + count; i++) {
            naive.store(prompt, i, medium, silent, span);
            hashes.add(naive.hash(prompt, i));
        }
        int size = naive.blockTokens();
        var tokens = silent
                ? new int[0]
                : prompt.subList(at * size, (at + count) * size).stream()
                        .mapToInt(Integer::intValue)
                        .toArray();
        var parent = at == 0 ? null : naive.hash(prompt, at - 1);
        return new BlockStored(
                hashes, parent, tokens, size * span, "", false, medium, KvEvent.NO_GROUP, true, false, List.of());
    }

    private static BlockRemoved removed(NaiveEngine naive, List<Integer> prompt, int at, Random random) {
        var medium = random.nextInt(3) == 0 ? Medium.CPU : Medium.GPU;
        naive.remove(prompt, at, medium);
        return new BlockRemoved(List.of(naive.hash(prompt, at)), medium, KvEvent.NO_GROUP, false);
    }

    private static NaiveEngine.Names chunks(int chunkTokens) {
        var hasher = BlockHashers.of(HashScheme.LMCACHE_BLAKE3, chunkTokens);
        return prefix -> {
            var chain = hasher.chain(prefix.stream().mapToInt(Integer::intValue).toArray());
            return new BlockId(NAMESPACE, BlockHash.of(chain.getLast()));
        };
    }
}
