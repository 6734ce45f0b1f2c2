package dev.kvcachepool.prefixadvert.index;

import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.Tier;
import java.util.List;
import java.util.function.BiFunction;

/**
 * A look-up for one set of groups, to be made again and again: it keeps what it needs, and takes nothing from the heap
 * once it has met the index as it is. For one thread at a time.
 */
public interface PrefixLookup {

    /** A look-up that asks {@code rule} for one match a group. */
    static PrefixLookup by(BiFunction<Namespace, List<BlockHash>, List<PrefixMatch>> rule) {
        return new PrefixLookup() {
            private List<PrefixMatch> matches = List.of();

            @Override
            public void along(Namespace namespace, List<BlockHash> chain) {
                matches = rule.apply(namespace, chain);
            }

            @Override
            public int blocks(int group) {
                return matches.get(group).blocks();
            }

            @Override
            public int blocks(int group, Tier tier) {
                return matches.get(group).on(tier);
            }
        };
    }

    /**
     * Looks a chain up; the answers are there until the next call.
     *
     * @param chain hashes each of which covers all blocks before it; not modified afterwards
     */
    void along(Namespace namespace, List<BlockHash> chain);

    /** Length of the longest consecutive prefix that a group holds, in blocks. */
    int blocks(int group);

    /** How many of {@link #blocks(int)} have their fastest copy on {@code tier}. */
    int blocks(int group, Tier tier);
}
