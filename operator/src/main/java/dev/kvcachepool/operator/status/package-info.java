/** What a pool's status says: pure functions of what was observed, with the clock given. */
@NullMarked
package dev.kvcachepool.operator.status;

import org.jspecify.annotations.NullMarked;
