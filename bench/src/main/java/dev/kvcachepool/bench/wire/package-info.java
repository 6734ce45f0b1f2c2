/** Clients of the servers that are measured: blocking, one thread each, every byte of a value checked as it arrives. */
@NullMarked
package dev.kvcachepool.bench.wire;

import org.jspecify.annotations.NullMarked;
