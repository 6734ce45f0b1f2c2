/** What it takes until a prompt's first token: tokens to compute, bytes to read, and how fast either goes, as learned. */
@NullMarked
package dev.kvcachepool.router.prefill;

import org.jspecify.annotations.NullMarked;
