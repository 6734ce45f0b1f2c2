/** What the operator watches, and how little of it is kept. */
@NullMarked
package dev.kvcachepool.operator.watch;

import org.jspecify.annotations.NullMarked;
