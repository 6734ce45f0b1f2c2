package dev.kvcachepool.router.pick;

import dev.kvcachepool.prefixadvert.anyposition.FingerprintIndex;
import dev.kvcachepool.prefixadvert.index.HolderGroups;
import dev.kvcachepool.prefixadvert.index.PrefixLookup;
import dev.kvcachepool.prefixadvert.table.HolderView;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Says which stored chunks occur anywhere in a prompt, and who holds them. Thread-safe; a long prompt takes milliseconds: not
 * for an event loop.
 *
 * <ol>
 *   <li>First the leading chunks that the tables know under the prompt's own hashes: those need no index of tokens.
 *   <li>After them, from left to right, each chunk of the same tokens that begins where the one before it ends, or later; of
 *       two that overlap the earlier one (as LMCache's blend module chooses). One text may count at several places.
 *   <li>A chunk counts only if nodes that may be picked hold all of it between them.
 * </ol>
 */
public final class BlendLookup {
    /** Matches of one answer; the caller asks on from where it ended. */
    static final int MOST_MATCHES = 4096;

    private final FingerprintIndex index;
    private final Steering steering;
    private final PoolNodes nodes;
    private final Locator locator;

    public BlendLookup(FingerprintIndex index, Steering steering, PoolNodes nodes) {
        this.index = index;
        this.steering = steering;
        this.nodes = nodes;
        this.locator = new Locator(nodes);
    }

    /**
     * One chunk found.
     *
     * @param rest of the hash; NONE where nobody said it, as of the prompt's own prefix, whose hashes the caller can compute
     * @param then position of its first token where it was stored
     * @param now its position in the prompt
     */
    public record Match(BlockHash hash, BlockHash rest, int then, int now, List<Locator.Located> holders) {}

    /**
     * What was found.
     *
     * @param chunkTokens tokens of each match
     * @param tokensSearched all of the prompt's, unless there were too many matches
     */
    public record Answer(Namespace namespace, int chunkTokens, List<Match> matches, int tokensSearched) {}

    /** Searches a prompt; nothing where no node declares the model. */
    public Optional<Answer> find(String model, String salt, int[] tokens) {
        return steering.cut(model, salt, tokens).map(prompt -> {
            var found = new Finding(prompt);
            int end = found.search(tokens);
            return new Answer(prompt.namespace(), prompt.spec().chunkTokens(), located(prompt, found.places), end);
        });
    }

    /** Which of {@code chunks} any holder has some of, whether it may be picked or not. */
    public BitSet heldByAnyone(List<BlockId> chunks) {
        var slots = nodes.adverts().holders().stream()
                .mapToInt(HolderView::slot)
                .distinct()
                .toArray();
        var holders = nodes.adverts().index().holders(chunks, slots);
        var held = new BitSet();
        for (int i = 0; i < chunks.size(); i++) {
            held.set(i, !holders.get(i).isEmpty());
        }
        return held;
    }

    /** Without those that were let go meanwhile. */
    private List<Match> located(Steering.Cut prompt, List<Place> places) {
        var holders = locator.locate(places.stream()
                .map(place -> new BlockId(prompt.namespace(), place.hash))
                .toList());
        var matches = new ArrayList<Match>();
        for (int i = 0; i < places.size(); i++) {
            if (!holders.get(i).isEmpty()) {
                var place = places.get(i);
                matches.add(new Match(place.hash, place.rest, place.then, place.now, holders.get(i)));
            }
        }
        return matches;
    }

    private record Place(BlockHash hash, BlockHash rest, int then, int now) {}

    /** The search of one prompt. */
    private final class Finding {
        private final Steering.Cut prompt;
        private final PrefixLookup tables;
        private final Map<BlockHash, Boolean> held = new HashMap<>();
        private final List<Place> places = new ArrayList<>();

        Finding(Steering.Cut prompt) {
            this.prompt = prompt;
            var slots = nodes.servingAll().stream()
                    .mapToInt(HolderView::slot)
                    .distinct()
                    .toArray();
            var together = new HolderGroups(List.of(slots), prompt.spec().requiredGroups());
            this.tables = nodes.adverts().index().lookup(together);
        }

        /** How many tokens were searched. */
        int search(int[] tokens) {
            int chunkTokens = prompt.spec().chunkTokens();
            tables.along(prompt.namespace(), prompt.chain());
            int leading = Math.min(tables.blocks(0), MOST_MATCHES);
            for (int i = 0; i < leading; i++) {
                places.add(new Place(prompt.chain().get(i), BlockHash.NONE, i * chunkTokens, i * chunkTokens));
            }
            if (leading == MOST_MATCHES) {
                return leading * chunkTokens;
            }
            int most = MOST_MATCHES - leading;
            return index.lookup(
                    prompt.namespace(), tokens, leading * chunkTokens, chunkTokens, most, (hash, rest, then, now) -> {
                        var isHeld = held.computeIfAbsent(hash, this::isHeld);
                        if (isHeld) {
                            places.add(new Place(hash, rest, then, now));
                        }
                        return isHeld;
                    });
        }

        private boolean isHeld(BlockHash hash) {
            tables.along(prompt.namespace(), List.of(hash));
            return tables.blocks(0) == 1;
        }
    }
}
