/** Engine pods as the Kubernetes API has them, made endpoints; nothing else here speaks to Kubernetes. */
@NullMarked
package dev.kvcachepool.router.engines;

import org.jspecify.annotations.NullMarked;
