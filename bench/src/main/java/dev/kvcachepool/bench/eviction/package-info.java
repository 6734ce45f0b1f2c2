/** How many blocks each eviction policy has when they are asked for: traces and mixes through the real host tier. */
@NullMarked
package dev.kvcachepool.bench.eviction;

import org.jspecify.annotations.NullMarked;
