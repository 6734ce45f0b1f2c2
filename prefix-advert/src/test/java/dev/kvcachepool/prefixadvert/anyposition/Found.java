package dev.kvcachepool.prefixadvert.anyposition;

import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Predicate;

/** What a look-up took. */
record Found(BlockHash hash, int then, int now) {
    static final Namespace HERE = new Namespace(7);

    static BlockId id(long number) {
        return new BlockId(HERE, new BlockHash(number, ~number));
    }

    static List<Found> in(FingerprintIndex index, int window, int... tokens) {
        return in(index, HERE, window, hash -> true, tokens);
    }

    static List<Found> in(
            FingerprintIndex index, Namespace namespace, int window, Predicate<BlockHash> taken, int... tokens) {
        var found = new ArrayList<Found>();
        index.lookup(namespace, tokens, 0, window, Integer.MAX_VALUE, (hash, rest, then, now) -> {
            if (!taken.test(hash)) {
                return false;
            }
            found.add(new Found(hash, then, now));
            return true;
        });
        return found;
    }

    /** Goes through all of the index at once. */
    static void forgetUnheld(FingerprintIndex index, Duration grace, Predicate<BlockId> held) {
        index.forgetUnheld(grace, 1, chunks -> {
            var answer = new BitSet();
            for (int i = 0; i < chunks.size(); i++) {
                answer.set(i, held.test(chunks.get(i)));
            }
            return answer;
        });
    }
}
