package dev.kvcachepool.cachenode.gpu;

/** A GPU can't be used, or did not do as it was told. The message is one line for people. */
public final class GpuException extends Exception {
    /** Codes of CUresult that concern one request and not the device. */
    private static final int INVALID_VALUE = 1;

    static final int OUT_OF_MEMORY = 2;
    private static final int NOT_SUPPORTED = 801;

    private final boolean lost;
    private final boolean unsettled;

    private GpuException(String message, boolean lost, boolean unsettled) {
        super(message);
        this.lost = lost;
        this.unsettled = unsettled;
    }

    /** There is no GPU to use. */
    static GpuException unavailable(String why) {
        return new GpuException(why, false, false);
    }

    /** It is gone, or hangs. */
    static GpuException lost(String why) {
        return new GpuException(why, true, false);
    }

    /** It is gone, and nobody knows what of a copy still goes on. */
    static GpuException unsettled(String why) {
        return new GpuException(why, true, true);
    }

    /** It answered a call with an error. */
    static GpuException of(String call, int code, String name) {
        boolean mild = code == INVALID_VALUE || code == OUT_OF_MEMORY || code == NOT_SUPPORTED;
        return new GpuException("%s answered %d (%s)".formatted(call, code, name), !mild, false);
    }

    /** Whether nothing on it can be relied upon any more: everything but a refusal of a single request. */
    public boolean isLost() {
        return lost;
    }

    /** Whether a copy may still be going on, so that neither side's memory may ever be used again. */
    public boolean isUnsettled() {
        return unsettled;
    }
}
