package dev.kvcachepool.e2e.trace;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * One request of a trace.
 *
 * @param timestampMillis arrival, since the trace's start
 * @param inputTokens of the prompt
 * @param outputTokens of the answer
 * @param blockIds one a {@value Prompts#BLOCK_TOKENS} tokens of the prompt, the last one begun; equal sequences mean
 *     equal prefixes
 */
public record TraceRequest(
        @JsonProperty("timestamp") long timestampMillis,
        @JsonProperty("input_length") int inputTokens,
        @JsonProperty("output_length") int outputTokens,
        @JsonProperty("hash_ids") List<Long> blockIds) {

    /** Blocks that the prompt fills. */
    public int fullBlocks() {
        return inputTokens / Prompts.BLOCK_TOKENS;
    }
}
