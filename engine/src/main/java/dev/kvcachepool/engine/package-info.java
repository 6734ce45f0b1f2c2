/** An inference engine whose KV cache goes to a pool and comes from it. */
@NullMarked
package dev.kvcachepool.engine;

import org.jspecify.annotations.NullMarked;
