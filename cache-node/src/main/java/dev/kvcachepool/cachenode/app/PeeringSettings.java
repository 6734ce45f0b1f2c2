package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.cachenode.nearby.CopyPolicy;
import dev.kvcachepool.cachenode.nearby.HolderLookup;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a node whose values live where they were stored reads those of others.
 *
 * @param timeout what asking them may cost until the first byte
 * @param router null where there is none to ask
 */
record PeeringSettings(
        Duration timeout,
        CopyPolicy copies,
        HolderLookup lookup,
        @Nullable URI router) {}
