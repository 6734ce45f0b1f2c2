package dev.kvcachepool.router.request;

import java.time.Duration;

/**
 * What one request may take.
 *
 * @param maxBodyBytes of its body
 * @param maxPromptTokens token ids, or block hashes, in it
 * @param silence how long an engine may say nothing, before its first byte and between any two, and how long a client
 *     may read nothing
 * @param bodyPace how long 64 KiB of a request's body may take, or its rest
 * @param connect how long connecting to an engine may take
 */
public record Limits(long maxBodyBytes, int maxPromptTokens, Duration silence, Duration bodyPace, Duration connect) {}
