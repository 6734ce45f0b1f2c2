/** What a kind's objects must look like: defaults, unknown fields, validation. */
@NullMarked
package dev.kvcachepool.e2e.kube.schema;

import org.jspecify.annotations.NullMarked;
