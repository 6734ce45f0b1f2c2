/** The program: command line, wiring, and where the advert tables come in. */
@NullMarked
package dev.kvcachepool.router.app;

import org.jspecify.annotations.NullMarked;
