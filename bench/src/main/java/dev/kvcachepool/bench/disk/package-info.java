/** The disk tier beside fio: {@code bench disk}. */
@NullMarked
package dev.kvcachepool.bench.disk;

import org.jspecify.annotations.NullMarked;
