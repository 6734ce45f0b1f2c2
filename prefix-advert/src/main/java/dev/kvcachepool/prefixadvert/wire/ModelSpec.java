package dev.kvcachepool.prefixadvert.wire;

import java.util.List;

/**
 * How a model's prompts are cut and hashed, as declared for the pool; undeclared models are stored, not steered.
 *
 * @param name as it stands in the engines' keys
 * @param scheme {@code HashScheme.id()}
 * @param chunkTokens tokens a block
 * @param requiredGroups KV groups that a whole block has, default group 0
 */
public record ModelSpec(String name, String scheme, int chunkTokens, List<Integer> requiredGroups) {
    public ModelSpec {
        requiredGroups = requiredGroups.isEmpty() ? List.of(0) : List.copyOf(requiredGroups);
    }
}
