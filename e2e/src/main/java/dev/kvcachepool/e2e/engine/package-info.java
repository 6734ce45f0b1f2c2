/** Stand-ins for LLM engines: all real but the GPU's time. */
@NullMarked
package dev.kvcachepool.e2e.engine;

import org.jspecify.annotations.NullMarked;
