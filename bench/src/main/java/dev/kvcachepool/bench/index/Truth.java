package dev.kvcachepool.bench.index;

import dev.kvcachepool.bench.index.Workload.Prompt;
import java.util.HashMap;
import java.util.Map;

/** What each node holds of each session, and so what an index has to answer: kept as plainly as possible. */
final class Truth {
    private final int nodes;
    /** By session and node: how many blocks behind the system prompt. */
    private final Map<Long, Integer> held = new HashMap<>();
    /** By session and node: the first block behind the system prompt that is not there any more. */
    private final Map<Long, Integer> holes = new HashMap<>();
    /** By system prompt and node. */
    private final boolean[] system;

    Truth(Workload workload) {
        this.nodes = workload.nodes;
        this.system = new boolean[Workload.SYSTEM_PROMPTS * nodes];
        for (var event : workload.events) {
            held.put(key(event.session(), event.node()), event.end());
            system[event.session() % Workload.SYSTEM_PROMPTS * nodes + event.node()] = true;
        }
    }

    /** A block behind the system prompt is gone from a node. */
    void remove(int session, int node, int block) {
        holes.merge(key(session, node), block, Math::min);
    }

    /** How many blocks of a prompt a node has from its first on. */
    int prefix(Prompt prompt, int node) {
        if (!system[prompt.session() % Workload.SYSTEM_PROMPTS * nodes + node]) {
            return 0;
        }
        var key = key(prompt.session(), node);
        int end = Math.max(Workload.SYSTEM_BLOCKS, held.getOrDefault(key, 0));
        return Math.min(prompt.blocks(), Math.min(end, holes.getOrDefault(key, Integer.MAX_VALUE)));
    }

    private long key(int session, int node) {
        return (long) session * nodes + node;
    }
}
