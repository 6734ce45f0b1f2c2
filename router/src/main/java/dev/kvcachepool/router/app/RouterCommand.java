package dev.kvcachepool.router.app;

import dev.kvcachepool.router.endpoint.EndpointSpec;
import dev.kvcachepool.router.policy.Policy;
import dev.kvcachepool.router.policy.ReadRates;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
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
    private static final int MAX_ENDPOINTS = 4096;

    @Spec
    @Nullable
    CommandSpec spec;

    @Option(
            names = "--http-port",
            paramLabel = "PORT",
            defaultValue = "8080",
            converter = Flags.Port.class,
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
            converter = Flags.Kafka.class,
            description = "Broker of the advert tables. Required for the policy adverts.")
    @Nullable
    String kafka;

    @Option(
            names = "--pool",
            paramLabel = "NAME",
            defaultValue = "default",
            converter = Flags.Pool.class,
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
            names = "--policy",
            paramLabel = "NAME",
            defaultValue = "adverts",
            converter = Flags.PolicyName.class,
            description = "adverts, round-robin or least-loaded. Default ${DEFAULT-VALUE}.")
    Policy policy = Policy.ADVERTS;

    @Option(
            names = "--prefill-rate",
            paramLabel = "TOKENS",
            defaultValue = "8000",
            converter = Flags.Count.class,
            description = "Prompt tokens a second of an engine, until it has shown its own. Default ${DEFAULT-VALUE}.")
    int prefillRate;

    @Option(
            names = "--transfer-read-rate",
            paramLabel = "BYTES",
            defaultValue = "2Gi",
            converter = Flags.Bytes.class,
            description = "Bytes a second at which an engine reads from a node's memory. Default ${DEFAULT-VALUE}.")
    long transferReadRate;

    @Option(
            names = "--transfer-disk-rate",
            paramLabel = "BYTES",
            defaultValue = "512Mi",
            converter = Flags.Bytes.class,
            description = "Bytes a second at which an engine reads from a node's disk. Default ${DEFAULT-VALUE}.")
    long transferDiskRate;

    @Option(
            names = "--max-body-size",
            paramLabel = "BYTES",
            defaultValue = "16Mi",
            converter = Flags.Bytes.class,
            description = "Longest request body. Default ${DEFAULT-VALUE}.")
    long maxBodySize;

    @Option(
            names = "--max-prompt-tokens",
            paramLabel = "COUNT",
            defaultValue = "1048576",
            converter = Flags.Count.class,
            description = "Most tokens, or block hashes, of a prompt. Default ${DEFAULT-VALUE}.")
    int maxPromptTokens;

    @Option(
            names = "--request-timeout",
            paramLabel = "TIME",
            defaultValue = "10m",
            converter = Flags.Time.class,
            description = "How long an engine may say nothing, or a client read nothing. Default ${DEFAULT-VALUE}.")
    Duration requestTimeout = Duration.ofMinutes(10);

    @Option(
            names = "--max-in-flight",
            paramLabel = "COUNT",
            defaultValue = "1024",
            converter = Flags.Count.class,
            description = "Most requests at a time; further ones get 429. Default ${DEFAULT-VALUE}.")
    int maxInFlight;

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
        return new CommandLine(command).setDefaultValueProvider(new Environment(environment));
    }

    private RouterConfig config() {
        if (policy.needsTable() && kafka == null) {
            throw refuse("--kafka is missing; the policy " + policy.id() + " needs a broker as host:port");
        }
        if (endpoints.isEmpty() || endpoints.size() > MAX_ENDPOINTS) {
            throw refuse("--endpoint is given " + endpoints.size() + " times; give 1 to " + MAX_ENDPOINTS + ", each "
                    + EndpointSpec.FORM);
        }
        var names = new HashSet<String>();
        for (var endpoint : endpoints) {
            if (!names.add(endpoint.name())) {
                throw refuse("--endpoint names '" + endpoint.name() + "' twice; give each its own name");
            }
        }
        if (maxBodySize > Integer.MAX_VALUE / 4) {
            throw refuse("--max-body-size is " + maxBodySize + "; give at most 511Mi");
        }
        return new RouterConfig(
                listenAddress,
                httpPort,
                advertisedAddress == null ? reachable() : advertisedAddress,
                kafka,
                pool,
                saltKey == null || saltKey.isEmpty() ? pool : saltKey,
                List.copyOf(endpoints),
                policy,
                prefillRate,
                new ReadRates(transferReadRate, transferDiskRate),
                maxBodySize,
                maxPromptTokens,
                requestTimeout,
                maxInFlight);
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

    /** Takes defaults of flags from {@code KVP_…}. */
    private record Environment(Map<String, String> variables) implements IDefaultValueProvider {
        @Override
        public @Nullable String defaultValue(ArgSpec argument) {
            return argument instanceof OptionSpec option ? variables.get(variable(option.longestName())) : null;
        }

        private static String variable(String flag) {
            return "KVP_" + flag.substring(2).toUpperCase(Locale.ROOT).replace('-', '_');
        }
    }
}
