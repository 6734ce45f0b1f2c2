/** The controllers, scheduler, proxy and kubelet that a pool needs, as one object: pods run as processes of this machine. */
@NullMarked
package dev.kvcachepool.e2e.runtime;

import org.jspecify.annotations.NullMarked;
