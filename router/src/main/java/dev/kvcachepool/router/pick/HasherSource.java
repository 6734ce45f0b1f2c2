package dev.kvcachepool.router.pick;

import dev.kvcachepool.prefixadvert.hash.BlockHasher;
import dev.kvcachepool.prefixadvert.hash.HashScheme;

/** Where hashers come from. */
@FunctionalInterface
public interface HasherSource {

    /** A hasher of a {@linkplain HashScheme#computable computable} scheme. */
    BlockHasher of(HashScheme scheme, int blockTokens);
}
