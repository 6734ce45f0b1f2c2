/** The node's life: one state machine that everyone asks and listens to. */
@NullMarked
package dev.kvcachepool.cachenode.lifecycle;

import org.jspecify.annotations.NullMarked;
