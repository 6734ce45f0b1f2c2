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
        public long await(long nanos) {
            return 0;
        }
    };

    /** Bytes that are still held. */
    long bytes();

    /**
     * Waits, leaving the lock meanwhile, until some of it is free.
     *
     * @return what is left of {@code nanos}; 0 or less when none became free in time, or none is held
     */
    long await(long nanos);
}
