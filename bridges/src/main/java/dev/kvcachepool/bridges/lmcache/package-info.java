/** LMCache's cache events, as its coordinator has them on Kafka. */
@NullMarked
package dev.kvcachepool.bridges.lmcache;

import org.jspecify.annotations.NullMarked;
