/** What may stand behind the benchmarks' flags. */
@NullMarked
package dev.kvcachepool.bench.flags;

import org.jspecify.annotations.NullMarked;
