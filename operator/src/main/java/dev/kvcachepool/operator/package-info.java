/** The operator: keeps what a KVCachePool asks for. */
@NullMarked
package dev.kvcachepool.operator;

import org.jspecify.annotations.NullMarked;
