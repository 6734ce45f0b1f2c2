package dev.kvcachepool.bench.index;

import dev.kvcachepool.prefixadvert.wire.BlockChain;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Workload W1, bit-exact: sessions that share eight system prompts grow turn by turn on a node each, which now and then
 * changes. Chains follow {@code Q[i] = mix(Q[i-1] * 0x9E3779B97F4A7C15 + L[i])}.
 */
public final class Workload {
    static final int SYSTEM_PROMPTS = 8;
    static final int SYSTEM_BLOCKS = 64;
    private static final int LONG_SESSIONS = 256;
    private static final int LONG_BLOCKS = 1936;
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    final int sessions;
    final int nodes;
    final int[] blocksOfSession;
    final List<Event> events = new ArrayList<>();

    /** Blocks {@code start} to {@code end - 1} of a session's chain are now on a node. */
    public record Event(int session, int node, int start, int end) {}

    private record Turn(int blocks, int node) {}

    /** SplitMix64. */
    static final class Random {
        private long state;

        Random(long seed) {
            state = seed;
        }

        /** Unsigned remainder of the next number. */
        int next(long bound) {
            state += GOLDEN;
            return (int) Long.remainderUnsigned(mix(state), bound);
        }
    }

    /** So many sessions of up to 500 blocks, and 256 long ones. */
    public Workload(int sessions, int nodes) {
        this.sessions = sessions;
        this.nodes = nodes;
        this.blocksOfSession = new int[sessions + LONG_SESSIONS];
        var turns = IntStream.range(0, all()).mapToObj(this::turns).toList();
        var held = new HashMap<Long, Integer>();
        var systemHeld = new HashSet<Integer>();
        var most = turns.stream().mapToInt(List::size).max().orElseThrow();
        for (int turn = 0; turn < most; turn++) {
            for (int session = 0; session < all(); session++) {
                if (turn < turns.get(session).size()) {
                    events.add(event(session, turns.get(session).get(turn), held, systemHeld));
                }
            }
        }
    }

    /** Sessions, the long ones among them. */
    int all() {
        return blocksOfSession.length;
    }

    /** Of each block on each node. */
    public long pairs() {
        return events.stream().mapToLong(event -> event.end - event.start).sum();
    }

    /** Distinct ones. */
    public long blocks() {
        return SYSTEM_PROMPTS * SYSTEM_BLOCKS
                + Arrays.stream(blocksOfSession).asLongStream().sum();
    }

    public List<Event> events() {
        return List.copyOf(events);
    }

    private List<Turn> turns(int session) {
        var random = new Random(mix(session + 1));
        var isLong = session >= sessions;
        var blocks = isLong ? LONG_BLOCKS : 10 + random.next(491);
        blocksOfSession[session] = blocks;
        var node = random.next(nodes);
        var turns = new ArrayList<Turn>();
        for (int so = 0; so < blocks; ) {
            so += Math.min((isLong ? 100 : 10) + random.next(isLong ? 101 : 21), blocks - so);
            if (random.next(10) == 0) {
                node = random.next(nodes);
            }
            turns.add(new Turn(so, node));
        }
        return turns;
    }

    private Event event(int session, Turn turn, Map<Long, Integer> held, Set<Integer> systemHeld) {
        var key = (long) session * nodes + turn.node();
        var isNew = systemHeld.add(turn.node() * SYSTEM_PROMPTS + session % SYSTEM_PROMPTS);
        var before = held.put(key, turn.blocks());
        var start = isNew ? 0 : SYSTEM_BLOCKS + (before == null ? 0 : before);
        return new Event(session, turn.node(), start, SYSTEM_BLOCKS + turn.blocks());
    }

    /** Chains of the first prompts of the class mixed: a session's blocks and some that nobody has. */
    public List<BlockChain> mixedPrompts(int count) {
        var random = new Random(0xABCDEF);
        return Stream.generate(() -> prompt("mixed", random))
                .limit(count)
                .map(prompt -> chain(prompt.session(), prompt.blocks()))
                .toList();
    }

    /** The first {@code blocks} hashes of a session's chain. */
    public BlockChain chain(int session, int blocks) {
        var chain = new ArrayList<BlockHash>(blocks);
        long last = 0;
        for (int i = 0; i < blocks; i++) {
            var local = i < SYSTEM_BLOCKS
                    ? mix(0x5359530000000000L + session % SYSTEM_PROMPTS * 0x10000L + i)
                    : mix(0x5345530000000000L + session * 0x10000L + i - SYSTEM_BLOCKS);
            last = i == 0 ? local : mix(last * GOLDEN + local);
            chain.add(new BlockHash(last, ~last));
        }
        return BlockChain.hashed(chain);
    }

    /** A prompt of a class. */
    Prompt prompt(String queries, Random random) {
        return switch (queries) {
            case "mixed" -> {
                var session = random.next(all());
                var unknown = 1 + random.next(30);
                yield new Prompt(session, SYSTEM_BLOCKS + blocksOfSession[session] + unknown);
            }
            case "d100" -> new Prompt(sessionOf(36, random), 100);
            case "d500" -> new Prompt(sessionOf(436, random), 500);
            case "d2000" -> new Prompt(sessions + random.next(LONG_SESSIONS), 2000);
            default -> throw new IllegalArgumentException(queries);
        };
    }

    /** The first blocks of a session's chain. */
    record Prompt(int session, int blocks) {}

    private int sessionOf(int blocks, Random random) {
        while (true) {
            var session = random.next(sessions);
            if (blocksOfSession[session] >= blocks) {
                return session;
            }
        }
    }

    static long mix(long z) {
        z ^= z >>> 30;
        z *= 0xBF58476D1CE4E5B9L;
        z ^= z >>> 27;
        z *= 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
