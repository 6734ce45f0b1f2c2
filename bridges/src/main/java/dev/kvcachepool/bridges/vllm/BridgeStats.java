package dev.kvcachepool.bridges.vllm;

import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Counts of all engines together.
 *
 * @param connected engines' ranks that are listened to now
 * @param batches messages that were read
 * @param gaps how often messages were missing
 * @param replays how often an engine was asked for what it had sent
 * @param losses how often an engine's blocks were not known any more
 * @param malformed messages that could not be read
 * @param skipped events and fields of kinds that this version does not know
 * @param blocks of engines that are known now
 * @param unplaced see {@link EngineBlocksStats}, as the next two
 * @param advertised of the pool's chunks
 */
public record BridgeStats(
        long connected,
        long batches,
        long gaps,
        long replays,
        long losses,
        long malformed,
        long skipped,
        long blocks,
        long unplaced,
        long overLimit,
        long ignored,
        long advertised) {
    public static final BridgeStats NONE = new BridgeStats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** What is now, by the name of its metric. */
    public static final Map<String, ToLongFunction<BridgeStats>> GAUGES = Map.of(
            "kvcachepool.engine.events.connected", BridgeStats::connected,
            "kvcachepool.engine.events.blocks", BridgeStats::blocks,
            "kvcachepool.engine.events.advertised", BridgeStats::advertised);

    /** What has been, by the name of its metric. */
    public static final Map<String, ToLongFunction<BridgeStats>> COUNTERS = Map.of(
            "kvcachepool.engine.events.batches", BridgeStats::batches,
            "kvcachepool.engine.events.gaps", BridgeStats::gaps,
            "kvcachepool.engine.events.replays", BridgeStats::replays,
            "kvcachepool.engine.events.losses", BridgeStats::losses,
            "kvcachepool.engine.events.malformed", BridgeStats::malformed,
            "kvcachepool.engine.events.skipped", BridgeStats::skipped,
            "kvcachepool.engine.events.unplaced", BridgeStats::unplaced,
            "kvcachepool.engine.events.over.limit", BridgeStats::overLimit,
            "kvcachepool.engine.events.ignored", BridgeStats::ignored);

    /** Both together. */
    BridgeStats plus(BridgeStats other) {
        return new BridgeStats(
                connected + other.connected,
                batches + other.batches,
                gaps + other.gaps,
                replays + other.replays,
                losses + other.losses,
                malformed + other.malformed,
                skipped + other.skipped,
                blocks + other.blocks,
                unplaced + other.unplaced,
                overLimit + other.overLimit,
                ignored + other.ignored,
                advertised + other.advertised);
    }

    /** What has been, without what is no more. */
    BridgeStats ended() {
        return new BridgeStats(
                0, batches, gaps, replays, losses, malformed, skipped, 0, unplaced, overLimit, ignored, 0);
    }
}
