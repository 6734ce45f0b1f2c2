/** A Kubernetes API server in memory, on loopback: what the embedded demo's clients talk to. */
@NullMarked
package dev.kvcachepool.e2e.kube;

import org.jspecify.annotations.NullMarked;
