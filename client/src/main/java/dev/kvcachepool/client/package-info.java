/** Access to a cache-node on the same host: values are read in the node's memory, without a copy. */
@NullMarked
package dev.kvcachepool.client;

import org.jspecify.annotations.NullMarked;
