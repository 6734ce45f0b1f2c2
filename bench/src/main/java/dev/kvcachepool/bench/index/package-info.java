/** The prefix index beside the fastest public ones, on workload W1: {@code bench index}. */
@NullMarked
package dev.kvcachepool.bench.index;

import org.jspecify.annotations.NullMarked;
