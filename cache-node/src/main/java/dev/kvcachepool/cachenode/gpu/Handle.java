package dev.kvcachepool.cachenode.gpu;

import jcuda.driver.CUmemGenericAllocationHandle;

/** A device's allocation, as JCuda and as the driver know it. Set once by the driver. */
final class Handle extends CUmemGenericAllocationHandle {

    /** The driver's own number of it. */
    long value() {
        return getNativePointer();
    }
}
