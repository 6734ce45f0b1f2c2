package dev.kvcachepool.cachenode.store;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Engines' keys that came, went or got another value since somebody last took them. Bounded; guarded by the tier's lock. */
final class KeyChanges {
    /** Some 15 MiB of heap at most; whoever takes them so slowly reads all keys anew. */
    static final int MOST = 1 << 16;

    private final Set<StoreKey> changed = new LinkedHashSet<>();
    private boolean noted;
    private boolean tooMany;

    /** Notes changes from now on, and forgets those noted before. */
    void begin() {
        noted = true;
        tooMany = false;
        changed.clear();
    }

    void end() {
        noted = false;
        changed.clear();
    }

    void touched(Entry entry) {
        if (!noted || tooMany || entry.engineKey == null) {
            return;
        }
        changed.add(entry.key);
        if (changed.size() > MOST) {
            lost();
        }
    }

    /** More has changed than is noted. */
    void lost() {
        if (noted) {
            tooMany = true;
            changed.clear();
        }
    }

    /** The first of them, oldest first; null when more have changed than are noted. */
    @Nullable
    List<StoreKey> take(int most) {
        if (tooMany) {
            return null;
        }
        var taken = new ArrayList<StoreKey>(Math.min(most, changed.size()));
        for (var key : changed) {
            if (taken.size() == most) {
                break;
            }
            taken.add(key);
        }
        taken.forEach(changed::remove);
        return taken;
    }
}
