/** {@code kubectl kvp}: what a cluster says of its pools, and what an operator of one does to them. */
@NullMarked
package dev.kvcachepool.kvp.pool;

import org.jspecify.annotations.NullMarked;
