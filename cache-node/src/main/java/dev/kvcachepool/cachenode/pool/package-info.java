/** A pool's keys as if they were all here: finds the home of each, forwards, moves and hands over. */
@NullMarked
package dev.kvcachepool.cachenode.pool;

import org.jspecify.annotations.NullMarked;
