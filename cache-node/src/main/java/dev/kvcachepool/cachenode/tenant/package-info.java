/** Tenants with quotas, told apart by the cache salts of their keys. */
@NullMarked
package dev.kvcachepool.cachenode.tenant;

import org.jspecify.annotations.NullMarked;
