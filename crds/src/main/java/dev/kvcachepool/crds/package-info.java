/** The Kubernetes API group {@code kvcachepool.dev}: what users write and what they are told. */
@NullMarked
package dev.kvcachepool.crds;

import org.jspecify.annotations.NullMarked;
