/**
 * Makes the files of the Helm chart and of the OLM bundle that say what {@code crds/} and {@code manifests/kustomize/base}
 * say. Only tests run it: they compare, and with {@code -Dgolden.write=true} write.
 */
@NullMarked
package dev.kvcachepool.manifests;

import org.jspecify.annotations.NullMarked;
