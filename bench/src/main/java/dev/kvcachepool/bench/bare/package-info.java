/** A sender and sink without a protocol, in a process of its own: what this machine can do at best. */
@NullMarked
package dev.kvcachepool.bench.bare;

import org.jspecify.annotations.NullMarked;
