package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.bridges.vllm.EngineAddress;
import dev.kvcachepool.cachenode.access.UsersAccess;
import dev.kvcachepool.cachenode.lm.LmSettings;
import dev.kvcachepool.cachenode.net.ListeningPath;
import dev.kvcachepool.cachenode.resp.RespSettings;
import dev.kvcachepool.commandline.FlagTypes;
import dev.kvcachepool.prefixadvert.hash.BlockHashers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How engines reach a node besides RESP. */
final class EngineFlags {
    @Option(
            names = "--lm-port",
            paramLabel = "<port>",
            converter = FlagTypes.Port.class,
            description = "LMCache's own protocol, lm://, whose usual port is 65432; default: not served")
    @Nullable
    Integer lmPort;

    @Option(
            names = "--resp-socket",
            paramLabel = "<path>",
            description = "a Unix socket at which RESP is served too, for engines on this host")
    @Nullable
    Path respSocket;

    @Option(
            names = "--memory-socket",
            paramLabel = "<path>",
            description =
                    "a Unix socket that gives clients on this host files of the node's memory, read-only, so that they"
                            + " read values where they lie (KVP.LEASE); default: memory is not shared")
    @Nullable
    Path memorySocket;

    @Option(
            names = "--lease-limit",
            paramLabel = "<time>",
            converter = FlagTypes.Time.class,
            description = "how long such a client may read one value; default 60s")
    Duration leaseLimit = Duration.ofSeconds(60);

    @Option(
            names = "--socket-permissions",
            paramLabel = "<octal>",
            description = "of Unix sockets: who may write one may connect; default 660")
    String socketPermissions = "660";

    @Option(
            names = "--engine-events",
            split = ";",
            paramLabel = "<name=tcp>",
            converter = OptionTypes.Engine.class,
            description = "where an engine beside this node publishes vLLM's KV events, so that what it has in its own"
                    + " memory is advertised too: " + EngineAddress.FORM + "; repeatable")
    List<EngineAddress> events = new ArrayList<>();

    @Option(
            names = "--hash-seed",
            paramLabel = "<seed>",
            description =
                    "the engines' PYTHONHASHSEED, for --engine-events under a CBOR scheme; default: what vLLM takes")
    String hashSeed = BlockHashers.VLLM_DEFAULT_SEED;

    @Option(
            names = "--lmcache-events-topic",
            paramLabel = "<topic>",
            converter = FlagTypes.TopicName.class,
            description = "say in this topic, usually lmcache-cache-events, what this node stores and evicts, as"
                    + " LMCache's instances do; default: nowhere")
    @Nullable
    String cacheEventsTopic;

    @Option(
            names = "--lmcache-events-salts",
            arity = "1",
            paramLabel = "<true|false>",
            converter = FlagTypes.Truth.class,
            description = "whether that names keys with a cache salt, which whoever reads the topic then knows;"
                    + " default false: such keys are left out")
    boolean cacheEventsSalts;

    /**
     * Whom to listen to, and what to say.
     *
     * @throws IllegalArgumentException with a line for the user
     */
    EngineEvents events(PlacementKind placement, boolean advertises) {
        if (!events.isEmpty() && (placement == PlacementKind.POOLED || !advertises)) {
            throw new IllegalArgumentException("Invalid value for option '--engine-events': '%s' is not allowed %s"
                    .formatted(
                            events.getFirst().engine(),
                            advertises
                                    ? "in a Pooled pool; there a router listens to engines"
                                    : "without --kafka, through which it is advertised"));
        }
        if (cacheEventsTopic != null && !advertises) {
            throw new IllegalArgumentException(
                    "Invalid value for option '--lmcache-events-topic': '%s' is not allowed without --kafka, whose brokers have it"
                            .formatted(cacheEventsTopic));
        }
        return new EngineEvents(List.copyOf(events), hashSeed, cacheEventsTopic, cacheEventsSalts);
    }

    /**
     * What {@code lm://} takes over from RESP's flags, or null where it is not served.
     *
     * @throws IllegalArgumentException with a line for the user
     */
    @Nullable
    LmPort lm(RespSettings resp) {
        if (lmPort != null && resp.access() instanceof UsersAccess) {
            throw new IllegalArgumentException(
                    "Invalid value for option '--lm-port': '%d' is not allowed with --users-file, as lm:// tells no users apart"
                            .formatted(lmPort));
        }
        return lmPort == null ? null : new LmPort(lmPort, new LmSettings(resp.maxValueBytes(), resp.clientTimeout()));
    }

    /**
     * The Unix sockets.
     *
     * @throws IllegalArgumentException with a line for the user
     */
    LocalSockets sockets() {
        if (respSocket != null && respSocket.equals(memorySocket)) {
            throw new IllegalArgumentException(
                    "Invalid value for option '--memory-socket': '%s' is the --resp-socket; allowed is any other path"
                            .formatted(memorySocket));
        }
        return new LocalSockets(
                socket("--resp-socket", respSocket), socket("--memory-socket", memorySocket), leaseLimit);
    }

    private @Nullable SocketPath socket(String flag, @Nullable Path path) {
        if (path == null) {
            return null;
        }
        int bytes = path.toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > ListeningPath.MAX_BYTES) {
            throw new IllegalArgumentException("Invalid value for option '%s': '%s' has %d bytes; allowed are 1 to %d"
                    .formatted(flag, path, bytes, ListeningPath.MAX_BYTES));
        }
        return new SocketPath(path, permissions());
    }

    private Set<PosixFilePermission> permissions() {
        if (!socketPermissions.matches("[0-7]{3}")) {
            throw new IllegalArgumentException(
                    "Invalid value for option '--socket-permissions': '%s' is not allowed; allowed are three octal digits such as 660"
                            .formatted(socketPermissions));
        }
        var letters = new StringBuilder();
        for (int i = 0; i < socketPermissions.length(); i++) {
            int digit = socketPermissions.charAt(i) - '0';
            letters.append((digit & 4) == 0 ? '-' : 'r')
                    .append((digit & 2) == 0 ? '-' : 'w')
                    .append((digit & 1) == 0 ? '-' : 'x');
        }
        return PosixFilePermissions.fromString(letters.toString());
    }

    /** Bytes of a rank's chunk by model, of those that tell. */
    static Map<String, Long> valueBytes(List<ModelFlag> models) {
        return models.stream()
                .filter(model -> model.valueBytes() > 0)
                .collect(Collectors.toMap(model -> model.spec().name(), model -> (long) model.valueBytes()));
    }
}
