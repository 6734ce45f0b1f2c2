/** What becomes of an engine's pod that is about to be made: pure functions from the pod and the pools of its namespace to a patch. */
@NullMarked
package dev.kvcachepool.operator.inject;

import org.jspecify.annotations.NullMarked;
