/** Kubernetes' API as {@code kubectl} reaches it: by a kubeconfig or a pod's own account, over the JDK's HTTPS. */
@NullMarked
package dev.kvcachepool.kvp.kube;

import org.jspecify.annotations.NullMarked;
