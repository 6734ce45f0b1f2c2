/** Values on disk: a log of segments that is written once, read often, and read back after a crash. */
@NullMarked
package dev.kvcachepool.cachenode.disk;

import org.jspecify.annotations.NullMarked;
