/** The REST routes and the reverse proxy in front of the engines. */
@NullMarked
package dev.kvcachepool.router.http;

import org.jspecify.annotations.NullMarked;
