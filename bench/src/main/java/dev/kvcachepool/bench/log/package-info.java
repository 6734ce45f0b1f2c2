/** Measures the disk tier's log alone, beside fio on the same folder. */
@NullMarked
package dev.kvcachepool.bench.log;

import org.jspecify.annotations.NullMarked;
