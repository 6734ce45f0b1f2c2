package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.cachenode.gpu.GpuSettings;
import dev.kvcachepool.cachenode.lifecycle.PodForm;
import dev.kvcachepool.cachenode.resp.RespSettings;
import dev.kvcachepool.cachenode.tenant.Tenants;
import dev.kvcachepool.cachenode.tier.EvictionSettings;
import dev.kvcachepool.prefixadvert.publish.AdvertTables;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.ModelSpec;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that a node is told at its start; checked, immutable.
 *
 * @param respPort 0 for any free port, as {@code httpPort}
 * @param advertisedAddress the host under which others reach this node
 * @param hostSize bytes of the host tier
 * @param arenaPath where that outlives the process; null where it does not
 * @param hugePagesPath where its slices lie if they are of huge pages; null where they lie in {@code arenaPath}
 * @param kafka brokers as host:port, parted by commas; null where blocks are not advertised
 * @param models those whose blocks are advertised
 * @param drainDelay from the first word of the drain until new connections are refused, at least
 * @param zone empty where unknown, as are {@code kubernetesNode} and {@code pod}
 * @param kafkaSecurity settings of Kafka's clients, with secrets
 * @param highWatermark percent of the host tier, as {@code lowWatermark}
 * @param eviction of the host tier
 * @param ttl of values that are stored without one; zero for none
 * @param tenants who has quotas
 * @param peering null where what other nodes hold is not read, and in Pooled placement
 * @param lm null where {@code lm://} is not served
 * @param sockets for clients on this host
 * @param valueBytes of a rank's chunk by model, where it is told
 * @param disk null without a disk tier
 * @param gpu null without a GPU tier
 * @param tls of no port where there is none
 * @param engineEvents of no engines where nobody is listened to
 * @param form null where nobody has it restart where it is
 */
public record NodeSettings(
        String listenAddress,
        int respPort,
        int httpPort,
        String advertisedAddress,
        long hostSize,
        @Nullable Path arenaPath,
        @Nullable Path hugePagesPath,
        @Nullable String kafka,
        String pool,
        HolderId holder,
        SaltKey saltKey,
        List<ModelSpec> models,
        Duration readLease,
        Duration drainTimeout,
        Duration drainDelay,
        String zone,
        String kubernetesNode,
        String pod,
        AdvertTables tables,
        Map<String, String> kafkaSecurity,
        PlacementKind placement,
        int highWatermark,
        int lowWatermark,
        EvictionSettings eviction,
        Duration ttl,
        Tenants tenants,
        @Nullable PeeringSettings peering,
        RespSettings resp,
        @Nullable LmPort lm,
        LocalSockets sockets,
        Map<String, Long> valueBytes,
        @Nullable DiskSettings disk,
        @Nullable GpuSettings gpu,
        NodeTls tls,
        EngineEvents engineEvents,
        @Nullable PodForm form) {

    boolean isPooled() {
        return placement == PlacementKind.POOLED;
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return "NodeSettings[" + holder + " in " + pool + "]";
    }

    /** The version in the jar's manifest, {@code dev} outside a jar. */
    static String version() {
        var version = NodeSettings.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }

    static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
