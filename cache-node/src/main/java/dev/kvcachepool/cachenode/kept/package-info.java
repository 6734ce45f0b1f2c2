/** What a process that is restarted in place finds of its values in memory: which they are, and where they lie. */
@NullMarked
package dev.kvcachepool.cachenode.kept;

import org.jspecify.annotations.NullMarked;
