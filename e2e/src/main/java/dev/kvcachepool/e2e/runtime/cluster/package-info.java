/** What every part of the runtime shares: the objects as last seen, the writes, the queue of keys, events. */
@NullMarked
package dev.kvcachepool.e2e.runtime.cluster;

import org.jspecify.annotations.NullMarked;
