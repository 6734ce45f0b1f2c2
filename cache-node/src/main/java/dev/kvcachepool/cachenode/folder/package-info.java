/** Folders that one process at a time has for itself. */
@NullMarked
package dev.kvcachepool.cachenode.folder;

import org.jspecify.annotations.NullMarked;
