/** The load: what values hold, who sends them in a closed loop, and what came of it. Knows no server. */
@NullMarked
package dev.kvcachepool.bench.load;

import org.jspecify.annotations.NullMarked;
