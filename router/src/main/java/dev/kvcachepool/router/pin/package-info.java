/** Pins on what cache-nodes hold: said to those that hold a prefix, over their own protocol. */
@NullMarked
package dev.kvcachepool.router.pin;

import org.jspecify.annotations.NullMarked;
