package dev.kvcachepool.cachenode.lm;

import java.time.Duration;

/**
 * Limits of an {@code lm://} server.
 *
 * @param maxValueBytes a larger payload is passed over and not stored
 * @param clientTimeout how long a client may stall in the middle of a request or of reading its reply
 */
public record LmSettings(int maxValueBytes, Duration clientTimeout) {}
