/** The program {@code kvp}: a pool's advert tables, for people. */
@NullMarked
package dev.kvcachepool.kvp;

import org.jspecify.annotations.NullMarked;
