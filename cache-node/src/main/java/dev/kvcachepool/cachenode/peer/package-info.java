/** The client's side of one node's talk to another: connections, deadlines, what is owed to a peer that was away. */
@NullMarked
package dev.kvcachepool.cachenode.peer;

import org.jspecify.annotations.NullMarked;
