package dev.kvcachepool.router.app;

import dev.kvcachepool.commandline.AdvertFlags;
import dev.kvcachepool.commandline.EnvironmentDefaults;
import dev.kvcachepool.commandline.FlagTypes;
import dev.kvcachepool.commandline.NextTablesFlags;
import dev.kvcachepool.prefixadvert.hash.BlockHashers;
import dev.kvcachepool.prefixadvert.kafka.KafkaClients;
import dev.kvcachepool.router.endpoint.EndpointSpec;
import dev.kvcachepool.router.endpoint.Endpoints;
import dev.kvcachepool.router.engines.EngineSelection;
import dev.kvcachepool.router.engines.EngineSource;
import dev.kvcachepool.router.engines.PoolReference;
import dev.kvcachepool.router.pick.Placement;
import dev.kvcachepool.router.policy.Policy;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line. Every flag {@code --like-this} can be given as environment variable {@code KVP_LIKE_THIS}, too. */
@Command(
        name = "router",
        description = "Follows the advert tables of a KVCachePool and picks an endpoint for each request.",
        mixinStandardHelpOptions = true,
        version = "kvcachepool router 0.1.0-SNAPSHOT",
        sortOptions = false,
        usageHelpAutoWidth = true,
        footer = {"", "Each flag --like-this can be given as environment variable KVP_LIKE_THIS, too."})
final class RouterCommand {
    static final int BAD_INPUT = 2;
    private static final Duration LEAST_SILENCE = Duration.ofSeconds(10);

    @Spec
    @Nullable
    CommandSpec spec;

    @Option(
            names = "--http-port",
            paramLabel = "PORT",
            defaultValue = "8080",
            converter = FlagTypes.Port.class,
            description = "Port of REST, proxy, health and metrics; 0 for any free one. Default ${DEFAULT-VALUE}.")
    int httpPort;

    @Option(
            names = "--listen-address",
            paramLabel = "ADDRESS",
            defaultValue = "0.0.0.0",
            description = "Address to listen on. Default ${DEFAULT-VALUE}.")
    String listenAddress = "0.0.0.0";

    @Option(
            names = "--advertised-address",
            paramLabel = "ADDRESS",
            description = "Where others reach it. Default: the listen address, or 127.0.0.1 when that is 0.0.0.0.")
    @Nullable
    String advertisedAddress;

    @Option(
            names = "--kafka",
            paramLabel = "HOST:PORT",
            converter = FlagTypes.Brokers.class,
            description = "Broker of the advert tables. Required for the policy adverts.")
    @Nullable
    String kafka;

    @Option(
            names = "--pool",
            paramLabel = "NAME",
            defaultValue = "default",
            converter = FlagTypes.PoolName.class,
            description = "The pool to follow. Default ${DEFAULT-VALUE}.")
    String pool = "default";

    @Option(
            names = "--salt-key",
            paramLabel = "SECRET",
            description = "The secret under which cache salts are hashed, the same for all of a pool. Better given as "
                    + "KVP_SALT_KEY. Default: the pool's name, which is no secret.")
    @Nullable
    String saltKey;

    @Option(
            names = "--endpoint",
            paramLabel = "NAME=URL[@NODE]",
            split = ";",
            converter = Flags.Endpoint.class,
            description = "An engine, and the id of the cache-node beside it. Repeatable; several in one with ';'.")
    List<EndpointSpec> endpoints = List.of();

    @Option(
            names = "--engine-selector",
            paramLabel = "SELECTOR",
            converter = Flags.Selector.class,
            description =
                    "Labels of engine pods, such as app=vllm,tier in (a,b): each that is ready is an endpoint, and "
                            + "reads from the cache-node on its Kubernetes node.")
    @Nullable
    String engineSelector;

    @Option(
            names = "--inference-pool",
            paramLabel = "NAME",
            converter = Flags.ResourceName.class,
            description =
                    "An InferencePool of the Gateway API's inference extension: its pods are endpoints, one a target "
                            + "port. Instead of --engine-selector.")
    @Nullable
    String inferencePool;

    @Option(
            names = "--engine-namespace",
            paramLabel = "NAME",
            converter = Flags.NamespaceName.class,
            description = "Where the engine pods are. Default: the namespace that the router runs in.")
    @Nullable
    String engineNamespace;

    @Option(
            names = "--engine-port",
            paramLabel = "PORT",
            defaultValue = "8000",
            converter = Flags.ServedPort.class,
            description = "Where engine pods serve HTTP. Default ${DEFAULT-VALUE}.")
    int enginePort;

    @Option(
            names = "--placement",
            paramLabel = "KIND",
            defaultValue = "NodeLocal",
            converter = Flags.PlacementName.class,
            description =
                    "Pooled: each engine reads from all cache-nodes; NodeLocal and Sidecar: from the one beside it."
                            + " Default ${DEFAULT-VALUE}.")
    Placement placement = Placement.NODE_LOCAL;

    @Option(
            names = "--policy",
            paramLabel = "NAME",
            defaultValue = "adverts",
            converter = Flags.PolicyName.class,
            description = "adverts, round-robin or least-loaded. Default ${DEFAULT-VALUE}.")
    Policy policy = Policy.ADVERTS;

    @Option(
            names = "--hash-seed",
            paramLabel = "SEED",
            defaultValue = BlockHashers.VLLM_DEFAULT_SEED,
            description =
                    "The engines' PYTHONHASHSEED, on which the hashes of the CBOR schemes depend. Default: what vLLM "
                            + "takes for SHA-256 where that is not set.")
    String hashSeed = BlockHashers.VLLM_DEFAULT_SEED;

    @Option(
            names = "--silence-limit",
            paramLabel = "TIME",
            defaultValue = "60s",
            converter = FlagTypes.Time.class,
            description = "How long a cache-node may say nothing, while others speak, before it is no longer picked; "
                    + "after a quarter of it its score is lowered. At least 10s. Default ${DEFAULT-VALUE}.")
    Duration silenceLimit = Duration.ofSeconds(60);

    @Option(
            names = "--max-body-size",
            paramLabel = "BYTES",
            defaultValue = "16Mi",
            converter = FlagTypes.Bytes.class,
            description = "Longest request body. Default ${DEFAULT-VALUE}.")
    long maxBodySize;

    @Option(
            names = "--max-prompt-tokens",
            paramLabel = "COUNT",
            defaultValue = "1048576",
            converter = Flags.Tokens.class,
            description = "Most tokens, or block hashes, of a prompt. Default ${DEFAULT-VALUE}.")
    int maxPromptTokens;

    @Option(
            names = "--request-timeout",
            paramLabel = "TIME",
            defaultValue = "10m",
            converter = FlagTypes.Time.class,
            description = "How long an engine may say nothing, or a client read nothing. Default ${DEFAULT-VALUE}.")
    Duration requestTimeout = Duration.ofMinutes(10);

    @Option(
            names = "--max-in-flight",
            paramLabel = "COUNT",
            defaultValue = "1024",
            converter = FlagTypes.Count.class,
            description = "Most requests at a time; further ones get 429. Default ${DEFAULT-VALUE}.")
    int maxInFlight;

    @Mixin
    final RateFlags rates = new RateFlags();

    @Mixin
    final WebPageFlags webPage = new WebPageFlags();

    @Mixin
    final PickerFlags picker = new PickerFlags();

    @Mixin
    final LoadFlags load = new LoadFlags();

    @Mixin
    final AnyPositionFlags anyPosition = new AnyPositionFlags();

    @Mixin
    final TokenFlags tokens = new TokenFlags();

    @Mixin
    final FairnessFlags fairness = new FairnessFlags();

    @Mixin
    final PinFlags pins = new PinFlags();

    @Mixin
    final EngineEventsFlags engineEvents = new EngineEventsFlags();

    @Mixin
    final AdvertFlags adverts = new AdvertFlags();

    @Mixin
    final NextTablesFlags nextTables = new NextTablesFlags();

    private RouterCommand() {}

    /**
     * Reads flags and environment.
     *
     * @throws ParameterException with one line that names the flag, the value and what is allowed
     */
    static RouterConfig parse(String[] args, Map<String, String> environment) {
        var command = new RouterCommand();
        commandLine(command, environment).parseArgs(args);
        return command.config();
    }

    /** A command line to print help and version with. */
    static CommandLine commandLine(Map<String, String> environment) {
        return commandLine(new RouterCommand(), environment);
    }

    private static CommandLine commandLine(RouterCommand command, Map<String, String> environment) {
        return new CommandLine(command).setDefaultValueProvider(new EnvironmentDefaults(environment));
    }

    private RouterConfig config() {
        if (policy.needsTable() && kafka == null) {
            throw refuse("--kafka is missing; the policy " + policy.id() + " needs a broker as host:port");
        }
        if (kafka == null && !engineEvents.needsKafka().isEmpty()) {
            throw refuse("--kafka is missing; " + engineEvents.needsKafka() + " needs a broker as host:port");
        }
        if (engineEvents.ofPods != null && engineSelector == null && inferencePool == null) {
            throw refuse("--engine-events-of-pods is for engine pods; give --engine-selector or --inference-pool, too");
        }
        requireEndpoints();
        if (maxBodySize <= 0) {
            throw refuse("--max-body-size is " + maxBodySize + "; give a number of bytes above 0");
        }
        if (silenceLimit.compareTo(LEAST_SILENCE) < 0) {
            throw refuse(
                    "--silence-limit is " + silenceLimit.toMillis() + "ms; give at least 10s, as nodes speak every 5s");
        }
        if (maxBodySize > Integer.MAX_VALUE / 4) {
            throw refuse("--max-body-size is " + maxBodySize + "; give at most 511Mi");
        }
        var gateways = picker.config(endpoints, this::refuse);
        if (gateways != null && gateways.port() == httpPort && httpPort != 0) {
            throw refuse("--ext-proc-port is " + httpPort + ", as --http-port is; give each its own");
        }
        return new RouterConfig(
                listenAddress,
                httpPort,
                advertisedAddress == null ? reachable() : advertisedAddress,
                kafka == null ? null : source(kafka),
                pool,
                placement,
                saltKey == null || saltKey.isEmpty() ? pool : saltKey,
                List.copyOf(endpoints),
                engines(),
                policy,
                hashSeed,
                rates.config(placement, this::refuse),
                maxBodySize,
                maxPromptTokens,
                requestTimeout,
                maxInFlight,
                gateways,
                load.config(),
                anyPosition.bytes,
                tokens.config(this::refuse),
                fairness.config(),
                pins.config(pool, this::refuse),
                engineEvents.config(),
                engineEvents.cacheEventsTopic(),
                webPage.served);
    }

    private AdvertSource source(String brokers) {
        try {
            return new AdvertSource(
                    new KafkaClients(brokers, adverts.clientSettings()),
                    nextTables.tables(adverts, pool),
                    silenceLimit);
        } catch (IllegalArgumentException e) {
            throw refuse(String.valueOf(e.getMessage()));
        }
    }

    private @Nullable EngineSource engines() {
        var namespace = engineNamespace == null ? "" : engineNamespace;
        if (inferencePool == null) {
            return engineSelector == null ? null : new EngineSelection(engineSelector, namespace, List.of(enginePort));
        }
        if (engineSelector != null) {
            throw refuse("--engine-selector is '" + engineSelector + "' beside --inference-pool; give one of the two");
        }
        return new PoolReference(inferencePool, namespace);
    }

    /** None at all is a mistake, save with a namespace: so an operator starts it for a pool that has no engines yet. */
    private void requireEndpoints() {
        var none = endpoints.isEmpty() && engineSelector == null && inferencePool == null && engineNamespace == null;
        if (none || endpoints.size() > Endpoints.MAX) {
            throw refuse("--endpoint is given " + endpoints.size() + " times; give 1 to " + Endpoints.MAX + ", each "
                    + EndpointSpec.FORM + ", or --engine-selector or --inference-pool");
        }
        var names = new HashSet<String>();
        for (var endpoint : endpoints) {
            if (!names.add(endpoint.name())) {
                throw refuse("--endpoint names '" + endpoint.name() + "' twice; give each its own name");
            }
        }
    }

    private String reachable() {
        return listenAddress.equals("0.0.0.0") ? "127.0.0.1" : listenAddress;
    }

    private ParameterException refuse(String message) {
        if (spec == null) {
            throw new IllegalStateException("picocli fills in the spec");
        }
        return new ParameterException(spec.commandLine(), message);
    }
}
