package dev.kvcachepool.engine.quality;

/**
 * What reuse does to answers, over all prompts and tokens.
 *
 * @param reuse how: {@code unturned}, whose keys stay at the positions of before, or {@code turned}
 * @param share of the reused positions that is computed anew
 * @param distance mean total variation between the probabilities of the next token and those after a full prefill, 0 to 1
 * @param sameToken share of tokens for which both have the same most probable one
 * @param timeShare of the time of a full prefill, by the median; reading takes none here
 */
public record QualityPoint(String reuse, double share, double distance, double sameToken, double timeShare) {}
