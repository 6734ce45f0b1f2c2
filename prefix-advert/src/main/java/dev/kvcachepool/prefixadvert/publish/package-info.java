/** What a holder does to keep its rows true: a set of blocks whose advertised state is out of date. */
@NullMarked
package dev.kvcachepool.prefixadvert.publish;

import org.jspecify.annotations.NullMarked;
