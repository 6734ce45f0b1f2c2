/** What a key of LMCache says: model, rank, group, hash. A leaf. */
@NullMarked
package dev.kvcachepool.cachenode.key;

import org.jspecify.annotations.NullMarked;
