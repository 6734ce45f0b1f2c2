package dev.kvcachepool.operator.desired;

import dev.kvcachepool.crds.KVCachePoolSpec;
import io.fabric8.kubernetes.api.model.Quantity;

/**
 * How much memory a cache-node needs: the arena, and what a JVM takes beside it. {@code bin/cache-node} bounds each of
 * these, so that the sum with a tenth on top is a limit that the node never meets.
 *
 * @param arenaBytes of the host tier
 * @param hugePages whether that lies in huge pages, which are reckoned apart
 * @param diskBytes of the disk tier, whose keys are in memory too
 * @param gpuBytes of the GPU tier, whose keys are in memory too
 * @param tls whether connections have keys and records too
 */
record NodeMemory(long arenaBytes, boolean hugePages, long diskBytes, long gpuBytes, boolean tls) {
    private static final long MIB = 1L << 20;
    private static final long LEAST_HEAP = 192 * MIB;
    /** The heap holds keys: at 256 KiB a chunk 4,096 a GiB of arena, a KiB each, and they may take half of it. */
    private static final long ARENA_PER_HEAP = 128;
    /** On disk 4 MiB a chunk are reckoned with; smaller ones fill the index before the disk. */
    private static final long DISK_PER_HEAP = 2048;

    private static final long DIRECT_BUFFERS = 96 * MIB;
    private static final long METASPACE = 128 * MIB;
    private static final long CODE_CACHE = 48 * MIB;
    /** 2,048 connections, the node's limit: buffers and all took 29 KiB each, measured with 3,000 of them. */
    private static final long CONNECTIONS = 64 * MIB;
    /** The collector's (ZGC's) and the compiler's own, symbols, the ahead-of-time cache. */
    private static final long VIRTUAL_MACHINE = 128 * MIB;

    /** What CUDA's driver takes of host memory for a context: not measured, reckoned on the safe side. */
    private static final long CUDA = 512 * MIB;

    /** Of heap: 2,048 connections took 10 KiB each, measured with 1,000 of them, and 64 have records on their way. */
    private static final long TLS = 32 * MIB;

    static NodeMemory of(KVCachePoolSpec spec) {
        var tiers = spec.tiers();
        var host = tiers.host();
        var disk = tiers.disk();
        var gpu = tiers.gpu();
        return new NodeMemory(
                host == null ? 0 : bytes(host.size()),
                host != null && host.hugePages(),
                disk == null ? 0 : bytes(disk.size()),
                gpu == null ? 0 : bytes(gpu.size()),
                spec.security().tls() != null);
    }

    private static long bytes(String quantity) {
        return Quantity.getAmountInBytes(new Quantity(quantity)).longValue();
    }

    /** What the node's heap is bounded to, MiB. */
    long heapMebibytes() {
        return (LEAST_HEAP + (tls ? TLS : 0) + (arenaBytes + gpuBytes) / ARENA_PER_HEAP + diskBytes / DISK_PER_HEAP)
                / MIB;
    }

    /** Request and limit of the container. */
    Quantity limit() {
        var sum = NodeArena.bytes(arenaBytes, hugePages)
                + heapMebibytes() * MIB
                + DIRECT_BUFFERS
                + METASPACE
                + CODE_CACHE
                + CONNECTIONS
                + VIRTUAL_MACHINE
                + (gpuBytes == 0 ? 0 : CUDA);
        return new Quantity(Long.toString(Math.ceilDiv(sum + sum / 10, MIB)), "Mi");
    }
}
