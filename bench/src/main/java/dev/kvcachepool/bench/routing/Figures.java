package dev.kvcachepool.bench.routing;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What came out of a run, in the simulator's own names and rounded as it rounds.
 *
 * @param hit share of all blocks that were held
 * @param mean time to first token in seconds, as are the quantiles
 * @param imbalance most tokens computed by an engine, to the mean
 * @param prefilled million tokens computed
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record Figures(
        @JsonProperty("hit") double hit,
        @JsonProperty("ttft_mean") double mean,
        @JsonProperty("ttft_p50") double p50,
        @JsonProperty("ttft_p99") double p99,
        @JsonProperty("prefill_imbalance") double imbalance,
        @JsonProperty("prefill_Mtok") double prefilled) {}
