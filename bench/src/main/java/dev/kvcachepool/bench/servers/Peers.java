package dev.kvcachepool.bench.servers;

import dev.kvcachepool.bench.load.Content;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** All servers that can be measured, by name. */
public final class Peers {
    private static final long SEED = 20261128;
    private final SequencedMap<String, Peer> byName = new LinkedHashMap<>();
    private final Content content = new Content(SEED);

    /** {@code root}: the project's folder. */
    public Peers(Path root) {
        for (var peer : List.of(
                new CacheNode(root),
                new SharingNode(root),
                new Redis(),
                new Memcached(),
                new Nginx(),
                new Infinispan(root),
                new Bare(content, SEED))) {
            byName.put(peer.name(), peer);
        }
    }

    /** Their names, ours first. */
    public static List<String> names() {
        return List.of(CacheNode.NAME, SharingNode.NAME, "redis", "memcached", "nginx", "infinispan", "bare");
    }

    /** What all values hold, the bare sender's too. */
    public Content content() {
        return content;
    }

    /** Those that are wanted and can be run here, in that order; why others can't goes to {@code reasons}. */
    public SequencedMap<Peer, String> present(List<String> wanted, Map<String, String> reasons)
            throws InterruptedException {
        var present = new LinkedHashMap<Peer, String>();
        for (var name : new ArrayList<>(wanted)) {
            var peer = byName.get(name);
            if (peer == null) {
                throw new IllegalArgumentException("no server " + name);
            }
            try {
                present.put(peer, peer.version());
            } catch (IOException e) {
                reasons.put(name, String.valueOf(e.getMessage()));
            }
        }
        return present;
    }
}
