/** How long it takes from a long chat to the tokens and block hashes that a pick goes by. */
@NullMarked
package dev.kvcachepool.bench.tokens;

import org.jspecify.annotations.NullMarked;
