/** Faults put in on purpose, to see that the checks notice. */
@NullMarked
package dev.kvcachepool.e2e.fault;

import org.jspecify.annotations.NullMarked;
