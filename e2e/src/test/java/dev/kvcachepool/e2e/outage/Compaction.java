package dev.kvcachepool.e2e.outage;

import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;

/** Makes a broker's cleaner work within seconds, and keeps it busy. */
final class Compaction {
    /** The broker checks every half second: see {@link Scene}. */
    static final Map<String, String> FORCED = Map.of(
            "segment.ms", "1000",
            "min.cleanable.dirty.ratio", "0.001",
            "max.compaction.lag.ms", "1000");

    static final Map<String, String> SHORT_TOMBSTONES = with(FORCED, "delete.retention.ms", "12000");

    private final Scene scene;
    private final Topics topics;
    private int fillers;

    Compaction(Scene scene, Topics topics) {
        this.scene = scene;
        this.topics = topics;
    }

    private static Map<String, String> with(Map<String, String> settings, String name, String value) {
        var more = new HashMap<>(settings);
        more.put(name, value);
        return Map.copyOf(more);
    }

    /** Removes chunks from a node, and waits until nothing in the log tells of them in this incarnation any more. */
    void removeWithoutTrace(String node, long incarnation, Set<Chunk> chunks) {
        try (var jedis = scene.jedis(node)) {
            for (var chunk : chunks) {
                jedis.del(chunk.key());
            }
            await().atMost(Oracle.PATIENCE).pollInterval(Duration.ofMillis(500)).until(() -> {
                // A segment is closed, and so cleaned, only when something is written after its time.
                var filler = filler();
                jedis.set(filler.key(), filler.content(1, Scene.VALUE_BYTES));
                return !topics.mention(incarnation, chunks);
            });
        }
    }

    private Chunk filler() {
        return new Chunk(HexFormat.of()
                .formatHex(ByteBuffer.allocate(32)
                        .putLong(0xF111)
                        .putInt(fillers++)
                        .array()));
    }
}
