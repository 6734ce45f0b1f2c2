package dev.kvcachepool.cachenode.placement;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a key lives, under one view.
 *
 * @param digest of the key
 * @param home null when nobody serves
 * @param here whether this node is the home
 * @param settling whether the view is young, so that values may still lie elsewhere
 * @param earlier homes under earlier views, the latest first; only where this node is the home
 */
public record Route(
        View view, long digest, @Nullable Member home, boolean here, boolean settling, List<Member> earlier) {}
