/** Host memory as a tier: what is evicted next, what is leased, how much is in flight. */
@NullMarked
package dev.kvcachepool.cachenode.tier;

import org.jspecify.annotations.NullMarked;
