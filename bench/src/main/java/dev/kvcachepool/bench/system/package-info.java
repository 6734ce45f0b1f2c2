/** What Linux tells of this machine and of a process: CPU time, memory, load. */
@NullMarked
package dev.kvcachepool.bench.system;

import org.jspecify.annotations.NullMarked;
