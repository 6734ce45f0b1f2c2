/** Which endpoint is best, as pure functions over a snapshot. */
@NullMarked
package dev.kvcachepool.router.policy;

import org.jspecify.annotations.NullMarked;
