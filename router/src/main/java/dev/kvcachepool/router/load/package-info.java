/** What engines say of their own load in their metrics, read again and again. */
@NullMarked
package dev.kvcachepool.router.load;

import org.jspecify.annotations.NullMarked;
