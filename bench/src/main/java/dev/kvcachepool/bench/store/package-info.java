/** GET and SET beside the peers: {@code bench store}. */
@NullMarked
package dev.kvcachepool.bench.store;

import org.jspecify.annotations.NullMarked;
