/** Keys and values: units that live and leave as one, leases, expiry, and what of it is to be advertised. */
@NullMarked
package dev.kvcachepool.cachenode.store;

import org.jspecify.annotations.NullMarked;
