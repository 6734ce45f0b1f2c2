/** How many cache-nodes a pool shall have that leaves it to the operator: pure functions, and {@code Autoscaler} around them. */
@NullMarked
package dev.kvcachepool.operator.scale;

import org.jspecify.annotations.NullMarked;
