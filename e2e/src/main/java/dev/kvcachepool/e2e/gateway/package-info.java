/** A stock gateway in front of engines, as a process. */
@NullMarked
package dev.kvcachepool.e2e.gateway;

import org.jspecify.annotations.NullMarked;
