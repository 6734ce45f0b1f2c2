/** What there shall be: pure functions from a pool to its children. No client, no clock, no environment. */
@NullMarked
package dev.kvcachepool.operator.desired;

import org.jspecify.annotations.NullMarked;
