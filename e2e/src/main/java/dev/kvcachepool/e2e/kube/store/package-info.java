/** The objects, their versions and history, and what is swept up after them. */
@NullMarked
package dev.kvcachepool.e2e.kube.store;

import org.jspecify.annotations.NullMarked;
