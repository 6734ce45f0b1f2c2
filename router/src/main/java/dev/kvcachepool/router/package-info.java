/** The router. */
@NullMarked
package dev.kvcachepool.router;

import org.jspecify.annotations.NullMarked;
