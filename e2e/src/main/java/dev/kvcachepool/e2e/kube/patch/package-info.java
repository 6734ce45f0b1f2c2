/** The four kinds of patch, and who owns which field. */
@NullMarked
package dev.kvcachepool.e2e.kube.patch;

import org.jspecify.annotations.NullMarked;
