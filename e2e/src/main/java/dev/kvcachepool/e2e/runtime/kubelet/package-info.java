/** The life of a pod: address, volumes, environment, containers, probes, restarts, termination, status. */
@NullMarked
package dev.kvcachepool.e2e.runtime.kubelet;

import org.jspecify.annotations.NullMarked;
