package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.cachenode.lm.LmSettings;

/**
 * Where {@code lm://} is served.
 *
 * @param port 0 for any free one
 */
record LmPort(int port, LmSettings settings) {}
