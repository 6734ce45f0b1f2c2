/** Events: every decision that touches a running pool, in words. */
@NullMarked
package dev.kvcachepool.operator.events;

import org.jspecify.annotations.NullMarked;
