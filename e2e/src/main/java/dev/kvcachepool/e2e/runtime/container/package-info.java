/** What a container is here: a process or an object of this JVM, with its environment, folders and log. */
@NullMarked
package dev.kvcachepool.e2e.runtime.container;

import org.jspecify.annotations.NullMarked;
