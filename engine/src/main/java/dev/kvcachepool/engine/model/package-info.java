/** The transformer, by Jlama, and its KV memory: the only package that knows how either is laid out. */
@NullMarked
package dev.kvcachepool.engine.model;

import org.jspecify.annotations.NullMarked;
