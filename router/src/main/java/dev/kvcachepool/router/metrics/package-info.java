/** What the router counts. */
@NullMarked
package dev.kvcachepool.router.metrics;

import org.jspecify.annotations.NullMarked;
