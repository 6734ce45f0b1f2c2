package dev.kvcachepool.bridges.vllm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.bridges.vllm.KvEvent.AllBlocksCleared;
import dev.kvcachepool.bridges.vllm.KvEvent.BlockRemoved;
import dev.kvcachepool.bridges.vllm.KvEvent.BlockStored;
import dev.kvcachepool.prefixadvert.hash.BlockHashers;
import dev.kvcachepool.prefixadvert.hash.ExtraKeys;
import dev.kvcachepool.prefixadvert.hash.HashScheme;
import dev.kvcachepool.prefixadvert.hash.VllmBlockHasher;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.ModelSpec;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.RankSet;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import dev.kvcachepool.prefixadvert.wire.Tier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EngineBlocksTest {
    private static final SaltKey SALT_KEY = new SaltKey("secret");
    /** Chunks of four tokens; the hashes of tokens 0 to 7 are those that LMCache gives. */
    private static final ModelSpec LMCACHE = new ModelSpec("llama", HashScheme.LMCACHE_BLAKE3.id(), 4, List.of());

    private static final ModelSpec ADAPTER = new ModelSpec("adapter", LMCACHE.scheme(), 4, List.of());
    private static final ModelSpec VLLM = new ModelSpec("llama", HashScheme.VLLM_SHA256_CBOR.id(), 4, List.of(0, 2));
    private static final BlockHash FIRST =
            BlockHash.ofHex("a2981a4d792b45f791d784bfd025148836ce3032f546cc490ef9fb7db9e639de");
    private static final BlockHash SECOND =
            BlockHash.ofHex("f76a7280af54e664fff4e1239c4a72936fedc49ba027e3a969a314ae980dbfd5");

    private final List<BlockId> told = new ArrayList<>();

    @Test
    void blocksOfTheEngineAreGatheredToChunksOfThePool() {
        // Given
        var blocks = blocks("llama", LMCACHE);
        // When
        blocks.apply(stored(0, 3, Medium.GPU, 0, true, List.of()));
        // Then
        var row = blocks.current(named(LMCACHE, FIRST));
        assertThat(row).isNotNull();
        assertThat(row.tiers()).isEqualTo(Tier.ENGINE_GPU.mask());
        assertThat(row.position()).isZero();
        assertThat(row.parent()).isNull();
        assertThat(row.tokens()).isEqualTo(4);
        assertThat(row.held()).isEqualTo(RankSet.SINGLE);
        assertThat(blocks.current(named(LMCACHE, SECOND))).isNull();
        assertThat(told).containsExactly(named(LMCACHE, FIRST));
    }

    @Test
    void theNextChunkKnowsItsParent() {
        // Given
        var blocks = blocks("", LMCACHE);
        blocks.apply(stored(0, 3, Medium.GPU, 0, true, List.of()));
        // When
        blocks.apply(stored(3, 1, Medium.GPU, 0, true, List.of()));
        // Then
        var row = blocks.current(named(LMCACHE, SECOND));
        assertThat(row).isNotNull();
        assertThat(row.parent()).isEqualTo(FIRST);
        assertThat(row.position()).isEqualTo(1);
    }

    @Test
    void whereAllIsClearedNothingIsHeld() {
        // Given
        var blocks = blocks("", LMCACHE);
        blocks.apply(stored(0, 4, Medium.GPU, 0, true, List.of()));
        told.clear();
        // When
        blocks.apply(new AllBlocksCleared());
        // Then
        assertThat(blocks.current(named(LMCACHE, FIRST))).isNull();
        assertThat(blocks.stats().blocks()).isZero();
        assertThat(told).containsExactlyInAnyOrder(named(LMCACHE, FIRST), named(LMCACHE, SECOND));
    }

    @Test
    void windowsSharedStorageAndOthersMemorySayNothing() {
        // Given
        var blocks = blocks("", LMCACHE);
        // When
        blocks.apply(stored(0, 4, Medium.GPU, 1, false, List.of()));
        blocks.apply(stored(0, 4, Medium.ELSEWHERE, 0, true, List.of()));
        // Then
        assertThat(blocks.stats()).isEqualTo(new EngineBlocksStats(0, 0, 0, 8));
        assertThat(told).isEmpty();
    }

    @Test
    void aChunkIsHeldWhenEveryGroupThatTellsOfPrefixesHasIt() {
        // Given one of two groups with the whole prompt
        var blocks = blocks("", VLLM);
        blocks.apply(stored(0, 4, Medium.GPU, 0, true, List.of()));
        // When the other has only the first chunk, and that in host memory
        blocks.apply(stored(0, 2, Medium.CPU, 2, true, List.of()));
        // Then
        var chain = BlockHashers.of(HashScheme.VLLM_SHA256_CBOR, 4).chain(tokens(0, 8));
        var row = blocks.current(named(VLLM, BlockHash.of(chain.get(0))));
        assertThat(row).isNotNull();
        assertThat(row.tiers()).isEqualTo(Tier.ENGINE_HOST.mask());
        assertThat(row.held()).isEqualTo(RankSet.of(BitSet.valueOf(new long[] {0b101})));
        assertThat(blocks.current(named(VLLM, BlockHash.of(chain.get(1))))).isNull();
    }

    @Test
    void aRemovalThatNamesNoGroupIsForAll() {
        // Given
        var blocks = blocks("", LMCACHE);
        blocks.apply(stored(0, 2, Medium.GPU, 3, true, List.of()));
        // When
        blocks.apply(new BlockRemoved(List.of(hash(1)), Medium.GPU, KvEvent.NO_GROUP, false));
        // Then
        assertThat(blocks.current(named(LMCACHE, FIRST))).isNull();
    }

    @Test
    void theSaltIsInTheNamespace() {
        // Given
        var blocks = blocks("", LMCACHE);
        var salted = new BlockExtras(ExtraKeys.cacheSalt("tenant"), true);
        // When
        blocks.apply(stored(0, 2, Medium.GPU, 0, true, List.of(salted, BlockExtras.NONE)));
        // Then
        var namespace = Namespace.of("llama", LMCACHE.scheme(), SALT_KEY.tag("tenant"));
        assertThat(told).containsExactly(new BlockId(namespace, FIRST));
    }

    @Test
    void anAdapterCountsAsTheModelOfItsName() {
        // Given
        var blocks = blocks("llama", LMCACHE, ADAPTER);
        var event = stored(0, 2, Medium.GPU, 0, true, List.of());
        // When
        blocks.apply(with(event, "adapter", false));
        blocks.apply(with(event, "undeclared", false));
        blocks.apply(with(event, "", true));
        // Then
        assertThat(told).contains(named(ADAPTER, FIRST)).doesNotContain(named(LMCACHE, FIRST));
        assertThat(blocks.stats().unplaced()).isEqualTo(4);
    }

    @Test
    void imagesAreInTheHashWhereTheSchemeHasThem() {
        // Given an image from the second token on, over both blocks of the chunk
        var blocks = blocks("", VLLM);
        var extras = List.of(media(1), media(-1));
        // When
        blocks.apply(stored(0, 2, Medium.GPU, 0, true, extras));
        // Then
        var hasher = (VllmBlockHasher) BlockHashers.of(HashScheme.VLLM_SHA256_CBOR, 4);
        var expected = hasher.next(hasher.root(), tokens(0, 4), 0, ExtraKeys.media(new ExtraKeys.Media("cat", 1)));
        assertThat(told).containsExactly(named(VLLM, BlockHash.of(expected)));
    }

    @Test
    void whatHasNoNameInThePoolIsNotPlaced() {
        // Given a scheme that images are not part of
        var blocks = blocks("", LMCACHE);
        // When
        blocks.apply(stored(0, 4, Medium.GPU, 0, true, List.of(BlockExtras.NONE, media(0), media(-2), media(-4))));
        // Then
        assertThat(told).isEmpty();
        assertThat(blocks.stats().unplaced()).isEqualTo(3);
    }

    @Test
    void beyondTheLimitNothingIsFollowed() {
        // Given
        var blocks = new EngineBlocks(lineages("", LMCACHE), 2, () -> Instant.EPOCH);
        blocks.listen(told::add);
        // When
        blocks.apply(stored(0, 4, Medium.GPU, 0, true, List.of()));
        // Then
        assertThat(told).containsExactly(named(LMCACHE, FIRST));
        assertThat(blocks.stats()).isEqualTo(new EngineBlocksStats(2, 0, 2, 0));
    }

    @Test
    void oneNameForTwoThingsIsNotBelieved() {
        // Given
        var blocks = blocks("", LMCACHE);
        blocks.apply(stored(0, 2, Medium.GPU, 0, true, List.of()));
        // When
        var other = new BlockStored(
                List.of(hash(1)), null, new int[] {7, 7}, 2, "", false, Medium.GPU, 0, true, false, List.of());
        blocks.apply(other);
        // Then
        assertThat(blocks.current(named(LMCACHE, FIRST))).isNull();
    }

    private EngineBlocks blocks(String model, ModelSpec... declared) {
        var blocks = new EngineBlocks(lineages(model, declared), EngineBlocks.DEFAULT_MOST_BLOCKS, () -> Instant.EPOCH);
        blocks.listen(told::add);
        return blocks;
    }

    private static Lineages lineages(String model, ModelSpec... declared) {
        return new Lineages(model, () -> List.of(declared), SALT_KEY, BlockHashers.VLLM_DEFAULT_SEED);
    }

    private static BlockId named(ModelSpec model, BlockHash hash) {
        return new BlockId(Namespace.of(model.name(), model.scheme(), new byte[0]), hash);
    }

    private static BlockExtras media(int offset) {
        return new BlockExtras(ExtraKeys.media(new ExtraKeys.Media("cat", offset)), true);
    }

    /** Blocks of two tokens each of the prompt 0, 1, 2, …, from a block on. */
    private static BlockStored stored(
            int from, int count, Medium medium, int group, boolean prefix, List<BlockExtras> extras) {
        var hashes = LongStream.range(from, from + count)
                .mapToObj(EngineBlocksTest::hash)
                .toList();
        return new BlockStored(
                hashes,
                parent(from),
                tokens(2 * from, 2 * (from + count)),
                2,
                "",
                false,
                medium,
                group,
                prefix,
                false,
                extras);
    }

    private static BlockStored with(BlockStored event, String lora, boolean nameless) {
        return new BlockStored(
                event.hashes().stream()
                        .map(hash -> new EngineHash(lora.hashCode(), hash.low()))
                        .toList(),
                event.parent(),
                event.tokens(),
                event.blockSize(),
                lora,
                nameless,
                event.medium(),
                event.group(),
                event.prefix(),
                event.remote(),
                event.extras());
    }

    private static @Nullable EngineHash parent(int from) {
        return from == 0 ? null : hash(from - 1);
    }

    private static EngineHash hash(long number) {
        return EngineHash.of(100 + number);
    }

    private static int[] tokens(int from, int to) {
        return IntStream.range(from, to).toArray();
    }
}
