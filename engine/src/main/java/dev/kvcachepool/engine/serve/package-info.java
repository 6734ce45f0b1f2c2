/** Prompts in, tokens out: prefill from the pool where that is faster, decoding, storing what was computed. */
@NullMarked
package dev.kvcachepool.engine.serve;

import org.jspecify.annotations.NullMarked;
