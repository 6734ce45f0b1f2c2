/** Which stored chunks occur anywhere in a token sequence. */
@NullMarked
package dev.kvcachepool.prefixadvert.anyposition;

import org.jspecify.annotations.NullMarked;
