package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.cachenode.resp.RespSettings;
import dev.kvcachepool.cachenode.tier.EvictionKind;
import dev.kvcachepool.cachenode.tier.EvictionSettings;
import dev.kvcachepool.commandline.AdvertFlags;
import dev.kvcachepool.commandline.FlagTypes;
import dev.kvcachepool.commandline.NextTablesFlags;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags, as picocli fills them in; {@link #settings} makes sense of them. */
@Command(
        name = "cache-node",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = "Holds KV-cache blocks of LLM engines and serves them over RESP.",
        footer = "Each flag --like-this can also be given as environment variable KVP_LIKE_THIS.")
final class NodeOptions {
    @Option(names = "--resp-port", paramLabel = "<port>", converter = FlagTypes.Port.class)
    int respPort = 6379;

    @Option(
            names = "--http-port",
            paramLabel = "<port>",
            converter = FlagTypes.Port.class,
            description = "health and metrics")
    int httpPort = 9400;

    @Option(names = "--listen-address", paramLabel = "<address>")
    String listenAddress = "0.0.0.0";

    @Option(names = "--advertised-address", paramLabel = "<host>", description = "default: the listen address")
    @Nullable
    String advertisedAddress;

    @Option(
            names = "--host-size",
            paramLabel = "<size>",
            converter = FlagTypes.Bytes.class,
            description = "host memory for blocks, e.g. 1Gi; default 1Gi")
    long hostSize = 1L << 30;

    @Option(
            names = "--arena-path",
            paramLabel = "<folder>",
            description =
                    "a folder in memory (tmpfs) in which host memory's blocks outlive the process, for one that is"
                            + " restarted in place; default: they end with it")
    @Nullable
    Path arenaPath;

    @Option(
            names = "--huge-pages-path",
            paramLabel = "<folder>",
            description =
                    "a folder of huge pages of 2 MiB (hugetlbfs), with as many as the host tier takes, in which host memory's blocks"
                            + " lie instead; their table stays in --arena-path")
    @Nullable
    Path hugePagesPath;

    @Option(
            names = "--kafka",
            paramLabel = "<host:port>",
            converter = FlagTypes.Brokers.class,
            description = "brokers to advertise to; none: blocks are not advertised")
    @Nullable
    String kafka;

    @Option(names = "--pool", paramLabel = "<name>", converter = FlagTypes.PoolName.class)
    String pool = "default";

    @Option(names = "--node-id", paramLabel = "<id>", description = "unique in the pool; default: the host's name")
    @Nullable
    String nodeId;

    @Option(
            names = "--salt-key",
            paramLabel = "<secret>",
            description = "secret of the pool under which cache salts are hashed; better given as KVP_SALT_KEY")
    @Nullable
    String saltKey;

    @Option(
            names = "--model",
            split = ";",
            paramLabel = "<model>",
            converter = OptionTypes.Model.class,
            description = "name=…,chunk-tokens=…,scheme=…[,groups=0+1][,value-bytes=…]; repeatable")
    List<ModelFlag> models = new ArrayList<>();

    @Option(names = "--read-lease", paramLabel = "<time>", converter = FlagTypes.Time.class)
    Duration readLease = Duration.ofSeconds(30);

    @Option(names = "--max-connections", paramLabel = "<count>", converter = FlagTypes.Count.class)
    int maxConnections = RespSettings.DEFAULTS.maxConnections();

    @Option(names = "--max-value-size", paramLabel = "<size>", converter = FlagTypes.Bytes.class)
    long maxValueSize = RespSettings.DEFAULTS.maxValueBytes();

    @Option(names = "--max-key-size", paramLabel = "<size>", converter = FlagTypes.Bytes.class)
    long maxKeySize = RespSettings.DEFAULTS.maxKeyBytes();

    @Option(names = "--max-arguments", paramLabel = "<count>", converter = FlagTypes.Count.class)
    int maxArguments = RespSettings.DEFAULTS.maxArguments();

    @Option(names = "--max-inline-size", paramLabel = "<size>", converter = FlagTypes.Bytes.class)
    long maxInlineSize = RespSettings.DEFAULTS.maxInlineBytes();

    @Option(
            names = "--client-timeout",
            paramLabel = "<time>",
            converter = FlagTypes.Time.class,
            description = "how long a client may stall in the middle of a request; default 60s")
    Duration clientTimeout = RespSettings.DEFAULTS.clientTimeout();

    @Option(
            names = "--late-miss",
            paramLabel = "<time>",
            converter = FlagTypes.Time.class,
            description =
                    "how long a miss is held back from LMCache's resp:// in an engine's process, which takes any answer"
                            + " within its blocking_timeout_secs for a value; default 20s")
    Duration lateMiss = RespSettings.DEFAULTS.lateMiss();

    @Option(
            names = "--drain-timeout",
            paramLabel = "<time>",
            converter = FlagTypes.Time.class,
            description = "how long running requests may take after SIGTERM; default 25s")
    Duration drainTimeout = Duration.ofSeconds(25);

    @Option(
            names = "--drain-delay",
            paramLabel = "<time>",
            converter = FlagTypes.Time.class,
            description = "for how much of that, half at most, new connections are still served, so that whoever leads"
                    + " clients here hears first that the node is not ready; by default for none")
    Duration drainDelay = Duration.ZERO;

    @Option(names = "--zone", paramLabel = "<name>")
    String zone = "";

    @Option(names = "--kubernetes-node", paramLabel = "<name>")
    String kubernetesNode = "";

    @Option(names = "--pod", paramLabel = "<name>")
    String pod = "";

    @Option(
            names = "--placement",
            paramLabel = "<kind>",
            converter = OptionTypes.PlacementName.class,
            description = "Pooled: every value lives at one node of the pool, and any node takes any request;"
                    + " NodeLocal, the default, and Sidecar, beside one engine: where it was stored")
    PlacementKind placement = PlacementKind.NODE_LOCAL;

    @Option(
            names = "--eviction-policy",
            paramLabel = "<name>",
            converter = OptionTypes.PolicyName.class,
            description = "what goes first when memory is full: LRU, S3_FIFO or SIEVE; default LRU")
    EvictionKind evictionPolicy = EvictionKind.DEFAULT;

    @Option(
            names = "--pinned-share",
            paramLabel = "<percent>",
            converter = FlagTypes.Percent.class,
            description = "of memory that KVP.PIN may keep from eviction; default 25")
    int pinnedShare = EvictionSettings.DEFAULTS.pinnedPercent();

    @Option(
            names = "--high-watermark",
            paramLabel = "<percent>",
            converter = FlagTypes.Percent.class,
            description = "of memory in use, beyond which values are evicted before room is needed; default 99")
    int highWatermark = 99;

    @Option(
            names = "--low-watermark",
            paramLabel = "<percent>",
            converter = FlagTypes.Percent.class,
            description = "of memory in use, down to which that goes; default 98")
    int lowWatermark = 98;

    @Option(
            names = "--ttl",
            paramLabel = "<time>",
            converter = FlagTypes.Time.class,
            description = "how long values live that are stored without a time; default: for ever")
    @Nullable
    Duration ttl;

    @Mixin
    final AccessFlags access = new AccessFlags();

    @Mixin
    final TenantFlags tenants = new TenantFlags();

    @Mixin
    final NodeTlsFlags tls = new NodeTlsFlags();

    @Mixin
    final EngineFlags engines = new EngineFlags();

    @Mixin
    final DiskFlags disk = new DiskFlags();

    @Mixin
    final GpuFlags gpu = new GpuFlags();

    @Mixin
    final PeerFlags peers = new PeerFlags();

    @Mixin
    final AdvertFlags adverts = new AdvertFlags();

    @Mixin
    final NextTablesFlags nextTables = new NextTablesFlags();

    @Mixin
    final FormFlags form = new FormFlags();

    /**
     * What the flags say.
     *
     * @throws IllegalArgumentException with a line for the user
     */
    NodeSettings settings(Map<String, String> environment) {
        OptionTypes.requireBetween("--host-size", hostSize, 4L << 20, 8L << 40);
        OptionTypes.requireBetween("--max-value-size", maxValueSize, 1, 1L << 30);
        OptionTypes.requireBetween("--max-key-size", maxKeySize, 64, 64 << 10);
        OptionTypes.requireBetween("--max-inline-size", maxInlineSize, 64, 1 << 20);
        requireUniqueModels();
        requireRightMarks();
        if (hugePagesPath != null && arenaPath == null) {
            throw new IllegalArgumentException(
                    "--huge-pages-path needs --arena-path, where the table of its blocks lies");
        }
        if (placement == PlacementKind.POOLED && kafka == null) {
            throw new IllegalArgumentException(
                    "Invalid value for option '--placement': 'Pooled' needs --kafka, through which nodes find each other");
        }
        var advertised = advertisedAddress == null ? listenAddress : advertisedAddress;
        var resp = new RespSettings(
                maxConnections,
                (int) maxValueSize,
                (int) maxKeySize,
                maxArguments,
                (int) maxInlineSize,
                clientTimeout,
                lateMiss,
                access.access(environment),
                advertised,
                NodeSettings.version());
        return new NodeSettings(
                listenAddress,
                respPort,
                httpPort,
                advertised,
                hostSize,
                arenaPath,
                hugePagesPath,
                kafka,
                pool,
                holder(),
                new SaltKey(saltKey == null || saltKey.isEmpty() ? pool : saltKey),
                models.stream().map(ModelFlag::spec).toList(),
                readLease,
                drainTimeout,
                drainDelay,
                zone,
                kubernetesNode,
                pod,
                nextTables.tables(adverts, pool),
                adverts.clientSettings(),
                placement,
                highWatermark,
                lowWatermark,
                new EvictionSettings(evictionPolicy, pinnedShare),
                ttl == null ? Duration.ZERO : ttl,
                tenants.tenants(engines.lmPort != null),
                peers.settings(placement, kafka != null, tls.files.areGiven()),
                resp,
                engines.lm(resp),
                engines.sockets(),
                EngineFlags.valueBytes(models),
                disk.settings(),
                gpu.settings(),
                tls.settings(pool, holder().value(), kafka != null),
                engines.events(placement, kafka != null),
                form.form());
    }

    private void requireRightMarks() {
        if (lowWatermark >= highWatermark) {
            throw new IllegalArgumentException(
                    "Invalid value for option '--low-watermark': '%d' is not allowed; allowed are 1 to %d, below --high-watermark"
                            .formatted(lowWatermark, highWatermark - 1));
        }
    }

    private void requireUniqueModels() {
        var names = new HashSet<String>();
        for (var model : models) {
            if (!names.add(model.spec().name())) {
                throw new IllegalArgumentException("Invalid value for option '--model': name '"
                        + model.spec().name() + "' is given twice");
            }
        }
    }

    private HolderId holder() {
        try {
            return new HolderId(nodeId == null ? NodeSettings.hostName() : nodeId);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("Invalid value for option '--node-id': " + e.getMessage(), e);
        }
    }
}
