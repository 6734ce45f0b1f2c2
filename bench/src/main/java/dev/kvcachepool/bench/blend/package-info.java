/** Reuse at any position: look-ups of long prompts among a million chunks. */
@NullMarked
package dev.kvcachepool.bench.blend;

import org.jspecify.annotations.NullMarked;
