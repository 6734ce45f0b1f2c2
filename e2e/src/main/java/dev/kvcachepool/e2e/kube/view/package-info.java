/** What is shown of the objects: tables, discovery, OpenAPI. */
@NullMarked
package dev.kvcachepool.e2e.kube.view;

import org.jspecify.annotations.NullMarked;
