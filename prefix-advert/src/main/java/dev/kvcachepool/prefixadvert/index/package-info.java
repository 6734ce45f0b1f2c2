/** The prefix index: which holder has how much of a chain of block hashes. */
@NullMarked
package dev.kvcachepool.prefixadvert.index;

import org.jspecify.annotations.NullMarked;
