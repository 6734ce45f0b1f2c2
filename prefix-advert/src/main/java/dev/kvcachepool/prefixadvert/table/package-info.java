/** The two advert tables as a reader sees them: incarnations, silence, the index kept in step. */
@NullMarked
package dev.kvcachepool.prefixadvert.table;

import org.jspecify.annotations.NullMarked;
