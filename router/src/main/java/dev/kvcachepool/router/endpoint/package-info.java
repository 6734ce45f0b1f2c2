/** Engine endpoints and what is known of each: work in front of it, speed, what is on its way there, whether it answers. */
@NullMarked
package dev.kvcachepool.router.endpoint;

import org.jspecify.annotations.NullMarked;
