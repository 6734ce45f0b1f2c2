/** Block hash schemes of the engines: from tokens to a chain of block hashes. */
@NullMarked
package dev.kvcachepool.prefixadvert.hash;

import org.jspecify.annotations.NullMarked;
