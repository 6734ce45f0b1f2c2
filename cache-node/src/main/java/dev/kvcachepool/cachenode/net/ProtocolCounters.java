package dev.kvcachepool.cachenode.net;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What has been counted at a port since the start. Thread-safe. */
public final class ProtocolCounters {
    /** Stands for every command that the protocol does not know. */
    public static final String UNKNOWN = "unknown";

    final LongAdder open = new LongAdder();
    final LongAdder accepted = new LongAdder();
    final LongAdder rejected = new LongAdder();
    final LongAdder stalled = new LongAdder();
    final LongAdder slow = new LongAdder();
    final LongAdder bytesIn = new LongAdder();
    final LongAdder bytesOut = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final CommandTimes times = new CommandTimes();
    private final Map<String, LongAdder> commands = new ConcurrentHashMap<>();

    public ProtocolCounters() {
        commands.put(UNKNOWN, new LongAdder());
    }

    /** Counts these commands too, each by its name. */
    public void know(Collection<String> names) {
        names.forEach(name -> commands.put(name, new LongAdder()));
    }

    /** Counts a call of a command; of one that is not known under {@link #UNKNOWN}. */
    public void command(String name) {
        var counter = commands.get(name);
        if (counter != null) {
            counter.increment();
        }
    }

    /** How long its commands take. */
    public CommandTimes times() {
        return times;
    }

    /** Counts a request after which nothing says where the next one starts. */
    public void error() {
        errors.increment();
    }

    /** Counts a value that was taken from the client and not kept, for want of room. */
    public void dropped() {
        dropped.increment();
    }

    /** Connections being served. */
    public long connections() {
        return open.sum();
    }

    public long accepted() {
        return accepted.sum();
    }

    /** Connections beyond the limit. */
    public long rejected() {
        return rejected.sum();
    }

    /** Connections closed because nothing moved within a request. */
    public long stalled() {
        return stalled.sum();
    }

    /** Connections closed because bytes moved too slowly within a request. */
    public long slow() {
        return slow.sum();
    }

    /** Connections closed for broken requests. */
    public long protocolErrors() {
        return errors.sum();
    }

    /** Values taken from clients and not kept. */
    public long valuesDropped() {
        return dropped.sum();
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
