/** Values read where they lie, by clients on the same host: leases, and the files of memory that go with them. */
@NullMarked
package dev.kvcachepool.cachenode.share;

import org.jspecify.annotations.NullMarked;
