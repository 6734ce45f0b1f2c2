/** The program: command line, wiring, health and metrics. The only package besides adverts that knows Quarkus. */
@NullMarked
package dev.kvcachepool.cachenode.app;

import org.jspecify.annotations.NullMarked;
