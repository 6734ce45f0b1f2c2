/** Names and cluster IPs of Services, and the listeners that forward them to ready endpoints. */
@NullMarked
package dev.kvcachepool.e2e.runtime.proxy;

import org.jspecify.annotations.NullMarked;
