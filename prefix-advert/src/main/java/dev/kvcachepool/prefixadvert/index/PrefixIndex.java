package dev.kvcachepool.prefixadvert.index;

import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.BlockRow;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Who holds which block, answering for a prompt's chain how long a prefix each group of holders has.
 *
 * <p>A slot is a small number that stands for one holder in one incarnation. One thread writes; any number of threads
 * look up at the same time and never wait. A look-up that overlaps writes sees each block either before or after.
 */
public interface PrefixIndex {

    /**
     * The holder at {@code slot} now holds {@code block} as {@code row} says; replaces what it said before.
     *
     * @return whether it did not hold the block before
     */
    boolean put(int slot, BlockId block, BlockRow row);

    /**
     * A write of {@code block} is about to come. Told of some twenty at a time before they are written, an index that has
     * to wait for memory waits for all of them together. For the writer.
     */
    default void expect(BlockId block) {}

    /**
     * The holder at {@code slot} no longer holds {@code block}; nothing happens if it did not.
     *
     * @return whether it held the block
     */
    boolean remove(int slot, BlockId block);

    /** Forgets all that {@code slot} holds; look-ups that start afterwards do not see it. The slot may be used anew. */
    void forget(int slot);

    /**
     * Does about a millisecond of what later writes would otherwise do besides, such as learning from look-ups. For the
     * writer, whenever it has nothing to write.
     */
    default void idle() {}

    /** Look-ups for some groups, which are numbered in their order. */
    PrefixLookup lookup(HolderGroups groups);

    /** One look-up: one match a group, in the order of {@code groups}. */
    default List<PrefixMatch> lookup(Namespace namespace, List<BlockHash> chain, HolderGroups groups) {
        var lookup = lookup(groups);
        lookup.along(namespace, chain);
        return IntStream.range(0, groups.slotsOfGroup().size())
                .mapToObj(group -> PrefixMatch.of(lookup, group))
                .toList();
    }

    /**
     * Who of {@code slots} holds some of each block, one list a block in the order of {@code blocks}.
     *
     * @param slots distinct
     */
    List<List<BlockHolding>> holders(List<BlockId> blocks, int[] slots);

    /** Number of distinct blocks held by anyone. */
    long blocks();

    /** Number of (block, holder) pairs. */
    long pairs();

    /** Number of blocks that the holder at {@code slot} is known to hold; less than it said where the index is full. */
    long pairs(int slot);
}
