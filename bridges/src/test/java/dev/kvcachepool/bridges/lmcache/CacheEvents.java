package dev.kvcachepool.bridges.lmcache;

import dev.kvcachepool.bridges.lmcache.CacheEvent.Change;
import dev.kvcachepool.bridges.lmcache.CacheEvent.Level;
import java.util.List;

/** Events as tests need them. */
final class CacheEvents {
    static final String HASH = "a2981a4d792b45f791d784bfd025148836ce3032f546cc490ef9fb7db9e639de";
    static final int RANK_0_OF_2 = 2 << 24 | 2 << 8;
    static final int RANK_1_OF_2 = 2 << 24 | 1 << 16 | 2 << 8 | 1;

    private CacheEvents() {}

    static CacheEvent event(long incarnation, long sequence, Change type, Level tier, CacheEntry... entries) {
        return new CacheEvent("engine", incarnation, sequence, type, tier, "cpu", List.of(entries), false, 1.5, -1, -1);
    }

    static CacheEntry entry(int kvRank, String salt, int offset, int... tokens) {
        return new CacheEntry(new CacheKey(HASH, "llama", kvRank, 0, salt), 1024, tokens, offset);
    }
}
