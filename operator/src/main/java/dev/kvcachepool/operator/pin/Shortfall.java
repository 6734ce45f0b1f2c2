package dev.kvcachepool.operator.pin;

import dev.kvcachepool.crds.PrefixPinSpec.Mode;
import dev.kvcachepool.crds.PrefixPinStatus.NodePins;
import dev.kvcachepool.operator.status.Trouble;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a pool has not done of a prefix, and why: the cause that somebody can mend before others. */
record Shortfall(String pool, Mode mode, int blocks, int held, int pinned, List<NodePins> nodes) {

    /** Null where all of it is held and done. */
    @Nullable
    Trouble trouble() {
        if (blocks == 0) {
            return new Trouble(
                    "TooShort",
                    "the prefix fills no block of pool " + pool + ": give at least chunkTokens tokens of the model");
        }
        if (pinned == blocks) {
            return null;
        }
        if (silent() > 0) {
            return new Trouble(
                    "NodesSilent",
                    silent() + " cache-nodes of pool " + pool + " that hold some of it did not answer: see"
                            + " status.pools[].nodes[].problem");
        }
        if (mode == Mode.Pin && refused() > 0) {
            return new Trouble(
                    "NoRoom",
                    "cache-nodes of pool " + pool + " have no room to pin " + refused() + " blocks more: they pin up to"
                            + " a quarter of their memory, so end other pins, or enlarge spec.tiers.host.size");
        }
        return unheld();
    }

    private Trouble unheld() {
        if (held == 0) {
            return new Trouble(
                    "NotHeld",
                    "pool " + pool + " holds none of the " + blocks + " blocks: they are there once an engine has"
                            + " computed them");
        }
        if (held < blocks) {
            return new Trouble("PartlyHeld", "pool " + pool + " holds " + held + " of " + blocks + " blocks");
        }
        return mode == Mode.Pin
                ? new Trouble("PartlyPinned", "pool " + pool + " has pinned " + pinned + " of " + blocks + " blocks")
                : new Trouble("Warming", "pool " + pool + " has " + pinned + " of " + blocks + " blocks in memory");
    }

    /** Whether it stays so until somebody does something. */
    boolean needsSomebody() {
        var trouble = trouble();
        return trouble != null && List.of("TooShort", "NodesSilent", "NoRoom").contains(trouble.reason());
    }

    private long silent() {
        return nodes.stream().filter(node -> node.problem() != null).count();
    }

    private int refused() {
        return nodes.stream()
                .mapToInt(node -> node.refused() == null ? 0 : node.refused())
                .sum();
    }
}
