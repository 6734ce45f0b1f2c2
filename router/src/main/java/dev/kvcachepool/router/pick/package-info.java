/** From a request to endpoints in order: hashing the prompt, asking the index, weighing. */
@NullMarked
package dev.kvcachepool.router.pick;

import org.jspecify.annotations.NullMarked;
