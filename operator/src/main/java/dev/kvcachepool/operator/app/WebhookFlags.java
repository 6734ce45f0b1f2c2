package dev.kvcachepool.operator.app;

import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Judges the flags of the webhook. */
final class WebhookFlags {
    private static final Pattern SERVICE = Pattern.compile("[a-z]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Pattern HOST =
            Pattern.compile("(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

    private WebhookFlags() {}

    /** Throws with one line that names the flag, the value and what is allowed. */
    static void check(OperatorCommand command, CommandLine line) {
        var service = command.webhookService;
        var host = command.webhookHost;
        if (service != null && !SERVICE.matcher(service).matches()) {
            throw new ParameterException(
                    line, "--webhook-service is '" + service + "', which is no Service's name; give one");
        }
        if (host != null && !HOST.matcher(host).matches()) {
            throw new ParameterException(
                    line, "--webhook-host is '" + host + "'; give a host's name in lower case or an IPv4 address");
        }
        if (service != null && host != null) {
            throw new ParameterException(
                    line,
                    "--webhook-service and --webhook-host exclude one another: give the way that the API server has");
        }
        int least = host == null ? 1 : 0;
        if (command.webhookPort < least || command.webhookPort > 65_535) {
            throw new ParameterException(
                    line, "--webhook-port is " + command.webhookPort + "; give a port from " + least + " to 65535");
        }
    }
}
