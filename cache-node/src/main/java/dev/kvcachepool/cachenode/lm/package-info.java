/** LMCache's own remote-server protocol, {@code lm://}, byte for byte. Nothing below it knows it. */
@NullMarked
package dev.kvcachepool.cachenode.lm;

import org.jspecify.annotations.NullMarked;
