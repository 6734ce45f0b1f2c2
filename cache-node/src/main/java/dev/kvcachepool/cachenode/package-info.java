/** The cache-node. */
@NullMarked
package dev.kvcachepool.cachenode;

import org.jspecify.annotations.NullMarked;
