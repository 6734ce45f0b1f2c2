/** The engine as a program. */
@NullMarked
package dev.kvcachepool.engine.app;

import org.jspecify.annotations.NullMarked;
