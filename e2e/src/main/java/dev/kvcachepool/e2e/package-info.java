/** The e2e. */
@NullMarked
package dev.kvcachepool.e2e;

import org.jspecify.annotations.NullMarked;
