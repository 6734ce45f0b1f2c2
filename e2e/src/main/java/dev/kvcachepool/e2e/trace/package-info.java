/** Real request traces and the prompts made from them. */
@NullMarked
package dev.kvcachepool.e2e.trace;

import org.jspecify.annotations.NullMarked;
