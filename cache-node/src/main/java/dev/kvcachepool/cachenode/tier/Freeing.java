package dev.kvcachepool.cachenode.tier;

/** What a tier has evicted and whose memory somebody still holds who moves it elsewhere. Called with the tier's lock held. */
public interface Freeing {
    /** What is evicted is free at once. */
    Freeing NONE = new Freeing() {
        @Override
        public long bytes() {
            return 0;
        }

        @Override
        public boolean await() {
            return false;
        }
    };

    /** Bytes that are still held. */
    long bytes();

    /** Waits a little, leaving the lock meanwhile, until some of it is free; false when none is, or none is held. */
    boolean await();
}
