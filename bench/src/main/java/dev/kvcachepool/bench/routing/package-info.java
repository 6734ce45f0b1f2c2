/** What policies of routing make of real traces, in virtual time: the real picker beside a public simulator's policies. */
@NullMarked
package dev.kvcachepool.bench.routing;

import org.jspecify.annotations.NullMarked;
