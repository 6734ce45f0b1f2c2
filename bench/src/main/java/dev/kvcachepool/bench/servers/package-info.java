/** The servers that are measured, each a process of its own; started, watched and ended here. */
@NullMarked
package dev.kvcachepool.bench.servers;

import org.jspecify.annotations.NullMarked;
