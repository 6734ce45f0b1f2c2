/**
 * The webhook by which engines' pods are given their pool's settings when they are made: HTTPS, its certificate, and its
 * registration with the API server. What becomes of a pod is decided in {@code inject}.
 */
@NullMarked
package dev.kvcachepool.operator.webhook;

import org.jspecify.annotations.NullMarked;
