package dev.kvcachepool.cachenode.memory;

/** The bytes of a value for one reader, who releases them when done. */
public interface Content {

    /** Bytes of content. */
    long size();

    /** Says that the reader is done, whether all was read or not. */
    void release();
}
