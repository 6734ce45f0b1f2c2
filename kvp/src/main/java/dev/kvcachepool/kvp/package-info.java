/** The program {@code kvp}: pools and their advert tables, for people. */
@NullMarked
package dev.kvcachepool.kvp;

import org.jspecify.annotations.NullMarked;
