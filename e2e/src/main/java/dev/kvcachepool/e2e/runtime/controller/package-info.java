/** Kubernetes' workload controllers, each a pure plan of the next steps with a thin shell that applies them. */
@NullMarked
package dev.kvcachepool.e2e.runtime.controller;

import org.jspecify.annotations.NullMarked;
