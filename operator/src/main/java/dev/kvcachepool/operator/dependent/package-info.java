/** One dependent for each child: takes what shall be from {@code desired} and applies it. */
@NullMarked
package dev.kvcachepool.operator.dependent;

import org.jspecify.annotations.NullMarked;
