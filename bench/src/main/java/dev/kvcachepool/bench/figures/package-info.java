/** Statistics without clocks and input: medians, ratios, percentiles. */
@NullMarked
package dev.kvcachepool.bench.figures;

import org.jspecify.annotations.NullMarked;
