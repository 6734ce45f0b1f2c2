/** What may be done to objects: create, update, patch, delete, scale, evict, bind. */
@NullMarked
package dev.kvcachepool.e2e.kube.resource;

import org.jspecify.annotations.NullMarked;
