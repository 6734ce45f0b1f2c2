/** Container images of the programs: made from their builds and this machine's JDK and C library, as tar archives. */
@NullMarked
package dev.kvcachepool.images;

import org.jspecify.annotations.NullMarked;
