package dev.kvcachepool.operator.app;

import dev.kvcachepool.commandline.EnvironmentDefaults;
import dev.kvcachepool.operator.desired.Release;
import dev.kvcachepool.operator.scale.ScaleTimes;
import dev.kvcachepool.operator.webhook.WebhookSettings;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The command line. Every flag {@code --like-this} can be given as environment variable {@code KVP_LIKE_THIS}, too. */
@Command(
        name = "operator",
        description = "Reconciles KVCachePool resources into cache-nodes and routers.",
        mixinStandardHelpOptions = true,
        version = "kvcachepool operator " + OperatorCommand.VERSION,
        sortOptions = false,
        usageHelpAutoWidth = true,
        footer = {"", "Each flag --like-this can be given as environment variable KVP_LIKE_THIS, too."})
@RegisterForReflection(
        targets = {OperatorCommand.class, WebhookFlags.class},
        classNames = "picocli.CommandLine$AutoHelpMixin")
final class OperatorCommand {
    static final String VERSION = "0.1.0-SNAPSHOT";
    private static final Pattern URL = Pattern.compile("https?://[\\x21-\\x7e&&[^\"\\\\]]{1,490}");
    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    private static final int SHORTEST_LEASE = 5;
    private static final int LONGEST_LEASE = 600;
    private static final int SECONDS_OF_A_DAY = 86_400;

    @Option(
            names = "--http-port",
            paramLabel = "PORT",
            defaultValue = "8081",
            description = "Port of health and metrics; 0 for any free one. Default ${DEFAULT-VALUE}.")
    int httpPort;

    @Option(
            names = "--listen-address",
            paramLabel = "ADDRESS",
            defaultValue = "0.0.0.0",
            description = "Address to listen on. Default ${DEFAULT-VALUE}.")
    String listenAddress = "0.0.0.0";

    @Option(
            names = "--namespaces",
            paramLabel = "NAME",
            split = ",",
            description = "Namespaces to look after, with commas between. Default, and if empty: all.")
    List<String> namespaces = List.of();

    @Option(
            names = "--lease-namespace",
            paramLabel = "NAME",
            description = "Namespace of the Lease and of the operator's pods. Default: the one it runs in.")
    @Nullable
    String leaseNamespace;

    @Option(
            names = "--lease-duration",
            paramLabel = "SECONDS",
            defaultValue = "15",
            description =
                    "How long the Lease holds after it was last renewed: another operator acts no sooner. One that can't renew"
                            + " it for two thirds of that ends. From 5 to 600. Default ${DEFAULT-VALUE}.")
    int leaseDuration = 15;

    @Option(
            names = "--node-image",
            paramLabel = "IMAGE",
            defaultValue = "kvcachepool/cache-node:" + VERSION,
            description = "Image of cache-nodes where a pool names none. Default ${DEFAULT-VALUE}.")
    String nodeImage = "";

    @Option(
            names = "--router-image",
            paramLabel = "IMAGE",
            defaultValue = "kvcachepool/router:" + VERSION,
            description = "Image of routers where a pool names none. Default ${DEFAULT-VALUE}.")
    String routerImage = "";

    @Option(
            names = "--runbooks-url",
            paramLabel = "URL",
            defaultValue = Release.RUNBOOKS,
            description = "Where alerts find their pages, those of docs/runbooks. Default ${DEFAULT-VALUE}.")
    String runbooksUrl = "";

    @Option(
            names = "--scale-up-window",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description =
                    "For how long a pool with spec.autoscaling has to want more cache-nodes before it gets them. From"
                            + " 1 to 86400. Default ${DEFAULT-VALUE}.")
    int scaleUpWindow = 60;

    @Option(
            names = "--scale-down-window",
            paramLabel = "SECONDS",
            defaultValue = "600",
            description = "For how long fewer cache-nodes have to do for such a pool before it has one fewer. From 1 to"
                    + " 86400. Default ${DEFAULT-VALUE}.")
    int scaleDownWindow = 600;

    @Option(
            names = "--scale-fill-time",
            paramLabel = "SECONDS",
            defaultValue = "300",
            description =
                    "For how long all cache-nodes of such a pool have to serve before it is judged by what they hold."
                            + " From 0 to 86400. Default ${DEFAULT-VALUE}.")
    int scaleFillTime = 300;

    @Option(
            names = "--webhook-service",
            paramLabel = "NAME",
            description =
                    "Service, in the namespace of the Lease, by which the API server reaches the webhook that gives"
                            + " engines' pods their pool's settings. Without it, or if empty, there is no webhook.")
    @Nullable
    String webhookService;

    @Option(
            names = "--webhook-host",
            paramLabel = "HOST",
            description = "Name or IPv4 address by which the API server reaches the webhook of an operator outside the"
                    + " cluster, instead of --webhook-service. Only one such operator can be there.")
    @Nullable
    String webhookHost;

    @Option(
            names = "--webhook-port",
            paramLabel = "PORT",
            defaultValue = "9443",
            description = "Port of the webhook; with --webhook-host 0 for any free one. Default ${DEFAULT-VALUE}.")
    int webhookPort = 9443;

    private OperatorCommand() {}

    WebhookSettings webhook() {
        return new WebhookSettings(webhookService, webhookHost, listenAddress, webhookPort, namespaces);
    }

    ScaleTimes scaleTimes() {
        return new ScaleTimes(
                Duration.ofSeconds(scaleUpWindow),
                Duration.ofSeconds(scaleDownWindow),
                Duration.ofSeconds(scaleFillTime));
    }

    /**
     * Reads flags and environment.
     *
     * @throws ParameterException with one line that names the flag, the value and what is allowed
     */
    static OperatorCommand parse(String[] args, Map<String, String> environment) {
        var command = new OperatorCommand();
        var line = commandLine(command, environment);
        line.parseArgs(args);
        if (command.namespaces.equals(List.of(""))) {
            command.namespaces = List.of(); // what OLM gives to one that looks after all
        }
        command.webhookService = "".equals(command.webhookService) ? null : command.webhookService;
        command.webhookHost = "".equals(command.webhookHost) ? null : command.webhookHost;
        command.check(line);
        WebhookFlags.check(command, line);
        return command;
    }

    static CommandLine commandLine(Map<String, String> environment) {
        return commandLine(new OperatorCommand(), environment);
    }

    private static CommandLine commandLine(OperatorCommand command, Map<String, String> environment) {
        return new CommandLine(command).setDefaultValueProvider(new EnvironmentDefaults(environment));
    }

    private static void checkSeconds(CommandLine line, String flag, int value, int least) {
        if (value < least || value > SECONDS_OF_A_DAY) {
            throw new ParameterException(
                    line, flag + " is " + value + "; give seconds from " + least + " to " + SECONDS_OF_A_DAY);
        }
    }

    private void check(CommandLine line) {
        if (httpPort < 0 || httpPort > 65_535) {
            throw new ParameterException(line, "--http-port is " + httpPort + "; give a port from 0 to 65535");
        }
        if (leaseDuration < SHORTEST_LEASE || leaseDuration > LONGEST_LEASE) {
            throw new ParameterException(
                    line,
                    "--lease-duration is " + leaseDuration + "; give seconds from " + SHORTEST_LEASE + " to "
                            + LONGEST_LEASE);
        }
        checkSeconds(line, "--scale-up-window", scaleUpWindow, 1);
        checkSeconds(line, "--scale-down-window", scaleDownWindow, 1);
        checkSeconds(line, "--scale-fill-time", scaleFillTime, 0);
        for (var namespace : namespaces) {
            if (!NAMESPACE.matcher(namespace).matches()) {
                throw new ParameterException(
                        line,
                        "--namespaces has '" + namespace + "', which is no namespace's name; give names with commas"
                                + " between");
            }
        }
        if (!URL.matcher(runbooksUrl).matches()) {
            throw new ParameterException(
                    line,
                    "--runbooks-url is '" + runbooksUrl + "'; give an http or https URL of at most 500 characters, such"
                            + " as " + Release.RUNBOOKS);
        }
        for (var image : List.of(nodeImage, routerImage)) {
            if (image.isBlank()) {
                throw new ParameterException(line, "--node-image and --router-image must name an image");
            }
        }
    }
}
