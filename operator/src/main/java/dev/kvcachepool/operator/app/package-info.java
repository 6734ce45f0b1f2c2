/** Command line and wiring. */
@NullMarked
package dev.kvcachepool.operator.app;

import org.jspecify.annotations.NullMarked;
