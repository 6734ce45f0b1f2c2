/** The API's vocabulary: kinds, JSON trees, selectors, failures. */
@NullMarked
package dev.kvcachepool.e2e.kube.model;

import org.jspecify.annotations.NullMarked;
