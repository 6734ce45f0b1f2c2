/** Reuse of chunks at any position: what is found, turned and computed anew. */
@NullMarked
package dev.kvcachepool.engine.blend;

import org.jspecify.annotations.NullMarked;
