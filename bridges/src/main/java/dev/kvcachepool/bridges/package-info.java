/** What all bridges have in common. */
@NullMarked
package dev.kvcachepool.bridges;

import org.jspecify.annotations.NullMarked;
