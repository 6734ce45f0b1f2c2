package dev.kvcachepool.cachenode.resp;

import dev.kvcachepool.cachenode.net.ProtocolCounters;
import dev.kvcachepool.cachenode.store.BlockStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** The answer to INFO, in Redis' own words where it has one for the thing. Thread-safe. */
final class InfoText {
    /** Whose commands we follow; clients switch features by it. */
    static final String REDIS_VERSION = "7.2.0";

    private static final Set<String> EVERYTHING = Set.of("all", "default", "everything");

    private final long startedNanos = System.nanoTime();
    private final Map<String, Supplier<String>> sections = new LinkedHashMap<>();
    private final BlockStore store;
    private final ProtocolCounters counters;
    private volatile Totals base = new Totals(0, 0, 0, 0, 0);

    private record Totals(long connections, long commands, long hits, long misses, long evicted) {}

    InfoText(BlockStore store, ProtocolCounters counters, RespSettings settings, int port) {
        this.store = store;
        this.counters = counters;
        sections.put("server", () -> server(settings, port));
        sections.put(
                "clients",
                () -> "connected_clients:%d\r\nmaxclients:%d\r\n"
                        .formatted(counters.connections(), settings.maxConnections()));
        sections.put("memory", this::memory);
        sections.put("stats", this::stats);
        sections.put("replication", () -> "role:master\r\nconnected_slaves:0\r\n");
        sections.put("cluster", () -> "cluster_enabled:0\r\n");
        sections.put("keyspace", this::keyspace);
    }

    /** The sections of these names, in lower case, or all. */
    String text(List<String> names) {
        boolean all = names.isEmpty() || names.stream().anyMatch(EVERYTHING::contains);
        var text = new StringBuilder();
        sections.forEach((name, section) -> {
            if (all || names.contains(name)) {
                text.append(text.isEmpty() ? "" : "\r\n")
                        .append("# ")
                        .append(Character.toUpperCase(name.charAt(0)))
                        .append(name, 1, name.length())
                        .append("\r\n")
                        .append(section.get());
            }
        });
        return text.toString();
    }

    /** Counts anew from here on, in this text only: metrics never go backwards. */
    void reset() {
        base = totals();
    }

    private Totals totals() {
        return new Totals(
                counters.accepted(),
                counters.commands(),
                store.hits(),
                store.counters().misses(),
                store.tier().counters().evictedUnits());
    }

    private String server(RespSettings settings, int port) {
        return "redis_version:%s\r\nredis_mode:standalone\r\nkvcachepool_version:%s\r\nprocess_id:%d\r\ntcp_port:%d\r\nuptime_in_seconds:%d\r\n"
                .formatted(
                        REDIS_VERSION,
                        settings.version(),
                        ProcessHandle.current().pid(),
                        port,
                        (System.nanoTime() - startedNanos) / 1_000_000_000);
    }

    private String memory() {
        var tier = store.tier();
        return "used_memory:%d\r\nmaxmemory:%d\r\nmaxmemory_policy:allkeys-lru\r\nleased_memory:%d\r\nin_flight_memory:%d\r\n"
                .formatted(
                        tier.arena().usedBytes(),
                        tier.arena().capacityBytes(),
                        tier.leasedBytes(),
                        tier.inFlightBytes());
    }

    private String stats() {
        var from = base;
        var to = totals();
        return "total_connections_received:%d\r\ntotal_commands_processed:%d\r\nkeyspace_hits:%d\r\nkeyspace_misses:%d\r\nevicted_keys:%d\r\nrejected_connections:%d\r\n"
                .formatted(
                        to.connections - from.connections,
                        to.commands - from.commands,
                        to.hits - from.hits,
                        to.misses - from.misses,
                        to.evicted - from.evicted,
                        counters.rejected());
    }

    private String keyspace() {
        int keys = store.keys();
        return keys == 0 ? "" : "db0:keys=%d,expires=0,avg_ttl=0\r\n".formatted(keys);
    }
}
