/** The reconciler and what wakes it. */
@NullMarked
package dev.kvcachepool.operator.reconcile;

import org.jspecify.annotations.NullMarked;
