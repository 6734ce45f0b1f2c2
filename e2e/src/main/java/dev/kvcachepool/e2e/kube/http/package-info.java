/** HTTP and WebSockets: requests in, answers and watches out. */
@NullMarked
package dev.kvcachepool.e2e.kube.http;

import org.jspecify.annotations.NullMarked;
