/** The spans of a request on its way through the router. */
@NullMarked
package dev.kvcachepool.router.trace;

import org.jspecify.annotations.NullMarked;
