package dev.kvcachepool.cachenode.tier;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Eviction policies by the names that users give them. */
public enum EvictionKind {
    LRU,
    S3_FIFO,
    SIEVE;

    /** What a tier evicts by unless it is told otherwise. */
    public static final EvictionKind DEFAULT = LRU;

    EvictionPolicy policy(long capacityBytes) {
        return switch (this) {
            case LRU -> new Lru();
            case S3_FIFO -> new S3Fifo(capacityBytes);
            case SIEVE -> new Sieve();
        };
    }

    /** All names, for people. */
    public static String names() {
        return Arrays.stream(values()).map(Enum::name).collect(Collectors.joining(", "));
    }
}
