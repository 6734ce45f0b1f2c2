/** The product's programs as child processes. */
@NullMarked
package dev.kvcachepool.e2e.process;

import org.jspecify.annotations.NullMarked;
