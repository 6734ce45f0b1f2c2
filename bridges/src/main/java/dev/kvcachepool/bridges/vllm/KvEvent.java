package dev.kvcachepool.bridges.vllm;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One thing that happened to an engine's own blocks. */
public sealed interface KvEvent {

    /** Stands for a group that the event does not name. */
    int NO_GROUP = -1;

    /**
     * A run of blocks, each following on the one before it, is now there.
     *
     * @param parent of the first; null where that begins a prompt, or is not said
     * @param tokens of all of them; empty where the engine does not say them again
     * @param blockSize tokens a block
     * @param loraName of the adapter that computed them; empty for none
     * @param nameless whether an adapter computed them that the event gives no name of
     * @param group the KV group, or {@link #NO_GROUP}
     * @param prefix whether the group's attention reaches back to the start, so that its blocks tell of a prefix
     * @param remote whether they lie at another than this engine
     * @param extras one a block, or none at all
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared, and up to a million long
    record BlockStored(
            List<EngineHash> hashes,
            @Nullable EngineHash parent,
            int[] tokens,
            int blockSize,
            String loraName,
            boolean nameless,
            Medium medium,
            int group,
            boolean prefix,
            boolean remote,
            List<BlockExtras> extras)
            implements KvEvent {
        public BlockStored {
            hashes = List.copyOf(hashes);
            extras = List.copyOf(extras);
        }

        /** What else went into a block. */
        BlockExtras extrasOf(int block) {
            return extras.isEmpty() ? BlockExtras.NONE : extras.get(block);
        }
    }

    /** Blocks are no longer there. */
    record BlockRemoved(List<EngineHash> hashes, Medium medium, int group, boolean remote) implements KvEvent {
        public BlockRemoved {
            hashes = List.copyOf(hashes);
        }
    }

    /** No block is there any more. */
    record AllBlocksCleared() implements KvEvent {}
}
