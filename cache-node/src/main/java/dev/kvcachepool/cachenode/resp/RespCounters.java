package dev.kvcachepool.cachenode.resp;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What a RESP server has counted since the start. Thread-safe. */
public final class RespCounters {
    /** Stands for every command that this server does not know. */
    public static final String UNKNOWN = "unknown";

    final LongAdder accepted = new LongAdder();
    final LongAdder rejected = new LongAdder();
    final LongAdder protocolErrors = new LongAdder();
    final LongAdder stalled = new LongAdder();
    final LongAdder bytesIn = new LongAdder();
    final LongAdder bytesOut = new LongAdder();
    private final Map<String, LongAdder> commands = new ConcurrentHashMap<>();

    RespCounters() {
        commands.put(UNKNOWN, new LongAdder());
    }

    /** Counts these commands too, each by its name. */
    void know(Set<String> names) {
        names.forEach(name -> commands.put(name, new LongAdder()));
    }

    void command(String name) {
        var counter = commands.get(name);
        if (counter != null) {
            counter.increment();
        }
    }

    public long accepted() {
        return accepted.sum();
    }

    /** Connections beyond the limit. */
    public long rejected() {
        return rejected.sum();
    }

    public long protocolErrors() {
        return protocolErrors.sum();
    }

    /** Connections closed because the client stalled. */
    public long stalled() {
        return stalled.sum();
    }

    public long bytesIn() {
        return bytesIn.sum();
    }

    public long bytesOut() {
        return bytesOut.sum();
    }

    /** Names of all commands, in lower case, and {@link #UNKNOWN}: a fixed set. */
    public Set<String> commandNames() {
        return Set.copyOf(commands.keySet());
    }

    /** Calls of one command, 0 for a name that is not among {@link #commandNames()}. */
    public long commands(String name) {
        var counter = commands.get(name);
        return counter == null ? 0 : counter.sum();
    }

    /** Calls of all commands. */
    public long commands() {
        return commands.values().stream().mapToLong(LongAdder::sum).sum();
    }
}
