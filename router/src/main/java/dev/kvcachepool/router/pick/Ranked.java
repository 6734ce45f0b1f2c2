package dev.kvcachepool.router.pick;

import dev.kvcachepool.router.endpoint.Endpoint;
import dev.kvcachepool.router.policy.Estimate;

/**
 * One endpoint's place in a ranking.
 *
 * @param score 1 for the best there can be, towards 0 for worse; falls from rank to rank
 * @param totalBlocks full blocks of the prompt
 * @param reason in a few words, for humans
 */
public record Ranked(Endpoint endpoint, Estimate estimate, double score, int totalBlocks, String reason) {}
