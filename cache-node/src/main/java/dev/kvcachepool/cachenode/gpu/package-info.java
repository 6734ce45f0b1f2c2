/** A GPU's memory, through CUDA's driver API: the only package that imports JCuda. */
@NullMarked
package dev.kvcachepool.cachenode.gpu;

import org.jspecify.annotations.NullMarked;
