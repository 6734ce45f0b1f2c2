package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.cachenode.resp.Password;
import dev.kvcachepool.cachenode.resp.RespSettings;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.ModelSpec;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
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
    @Option(names = "--resp-port", paramLabel = "<port>", converter = OptionTypes.Port.class)
    int respPort = 6379;

    @Option(
            names = "--http-port",
            paramLabel = "<port>",
            converter = OptionTypes.Port.class,
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
            converter = OptionTypes.Size.class,
            description = "host memory for blocks, e.g. 1Gi; default 1Gi")
    long hostSize = 1L << 30;

    @Option(
            names = "--kafka",
            paramLabel = "<host:port>",
            converter = OptionTypes.Brokers.class,
            description = "brokers to advertise to; none: blocks are not advertised")
    @Nullable
    String kafka;

    @Option(names = "--pool", paramLabel = "<name>", converter = OptionTypes.Pool.class)
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
            description = "name=…,chunk-tokens=…,scheme=…[,groups=0+1]; repeatable")
    List<ModelSpec> models = new ArrayList<>();

    @Option(names = "--read-lease", paramLabel = "<time>", converter = OptionTypes.Time.class)
    Duration readLease = Duration.ofSeconds(30);

    @Option(names = "--max-connections", paramLabel = "<count>", converter = OptionTypes.Count.class)
    int maxConnections = RespSettings.DEFAULTS.maxConnections();

    @Option(names = "--max-value-size", paramLabel = "<size>", converter = OptionTypes.Size.class)
    long maxValueSize = RespSettings.DEFAULTS.maxValueBytes();

    @Option(names = "--max-key-size", paramLabel = "<size>", converter = OptionTypes.Size.class)
    long maxKeySize = RespSettings.DEFAULTS.maxKeyBytes();

    @Option(names = "--max-arguments", paramLabel = "<count>", converter = OptionTypes.Count.class)
    int maxArguments = RespSettings.DEFAULTS.maxArguments();

    @Option(names = "--max-inline-size", paramLabel = "<size>", converter = OptionTypes.Size.class)
    long maxInlineSize = RespSettings.DEFAULTS.maxInlineBytes();

    @Option(
            names = "--client-timeout",
            paramLabel = "<time>",
            converter = OptionTypes.Time.class,
            description = "how long a client may stall in the middle of a request; default 60s")
    Duration clientTimeout = RespSettings.DEFAULTS.clientTimeout();

    @Option(
            names = "--drain-timeout",
            paramLabel = "<time>",
            converter = OptionTypes.Time.class,
            description = "how long running requests may take after SIGTERM; default 25s")
    Duration drainTimeout = Duration.ofSeconds(25);

    @Option(
            names = "--resp-password-file",
            paramLabel = "<file>",
            description = "clients must give its content as password; or KVP_RESP_PASSWORD")
    @Nullable
    Path respPasswordFile;

    @Option(names = "--zone", paramLabel = "<name>")
    String zone = "";

    @Option(names = "--kubernetes-node", paramLabel = "<name>")
    String kubernetesNode = "";

    @Option(names = "--pod", paramLabel = "<name>")
    String pod = "";

    @Option(names = "--advert-partitions", paramLabel = "<count>", converter = OptionTypes.Count.class)
    int advertPartitions = 4;

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
        var advertised = advertisedAddress == null ? listenAddress : advertisedAddress;
        var resp = new RespSettings(
                maxConnections,
                (int) maxValueSize,
                (int) maxKeySize,
                maxArguments,
                (int) maxInlineSize,
                clientTimeout,
                password(environment),
                advertised,
                NodeSettings.version());
        return new NodeSettings(
                listenAddress,
                respPort,
                httpPort,
                advertised,
                hostSize,
                kafka,
                pool,
                holder(),
                new SaltKey(saltKey == null || saltKey.isEmpty() ? pool : saltKey),
                List.copyOf(models),
                readLease,
                drainTimeout,
                zone,
                kubernetesNode,
                pod,
                advertPartitions,
                resp);
    }

    private void requireUniqueModels() {
        var names = new HashSet<String>();
        for (var model : models) {
            if (!names.add(model.name())) {
                throw new IllegalArgumentException(
                        "Invalid value for option '--model': name '" + model.name() + "' is given twice");
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

    private @Nullable Password password(Map<String, String> environment) {
        if (respPasswordFile == null) {
            var text = environment.getOrDefault("KVP_RESP_PASSWORD", "");
            return text.isEmpty() ? null : new Password(text);
        }
        try {
            var text = Files.readString(respPasswordFile).strip();
            if (text.isEmpty()) {
                throw new IllegalArgumentException(
                        "Invalid value for option '--resp-password-file': '" + respPasswordFile + "' is empty");
            }
            return new Password(text);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "Invalid value for option '--resp-password-file': '" + respPasswordFile + "' cannot be read", e);
        }
    }
}
