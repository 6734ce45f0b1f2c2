package dev.kvcachepool.bench.routing;

import java.util.List;

/**
 * One request of a trace.
 *
 * @param at seconds
 * @param input tokens of the prompt
 * @param output tokens of the answer
 * @param blocks ids of the prompt's blocks of {@link World#BLOCK_TOKENS} tokens, the last one maybe part of one
 */
record Request(double at, int input, int output, List<Integer> blocks) {
    Request {
        blocks = List.copyOf(blocks);
    }
}
