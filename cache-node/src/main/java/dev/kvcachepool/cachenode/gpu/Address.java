package dev.kvcachepool.cachenode.gpu;

import jcuda.Pointer;

/** An address of this process's memory, as JCuda wants it. Immutable. */
final class Address extends Pointer {
    Address(long address) {
        super(address);
    }
}
