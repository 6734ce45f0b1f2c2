/** Which node a pod may run on. */
@NullMarked
package dev.kvcachepool.e2e.runtime.schedule;

import org.jspecify.annotations.NullMarked;
