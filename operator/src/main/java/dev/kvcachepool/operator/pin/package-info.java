/** Prefixes that users want kept: renewed at the pools' routers, and told of in the status of their PrefixPin. */
@NullMarked
package dev.kvcachepool.operator.pin;

import org.jspecify.annotations.NullMarked;
