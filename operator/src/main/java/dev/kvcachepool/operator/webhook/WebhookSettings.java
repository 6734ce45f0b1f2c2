package dev.kvcachepool.operator.webhook;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the webhook is served, and how the API server comes to it.
 *
 * @param service name of the Service that leads to operators; null without one
 * @param host name or address of this operator for one outside the cluster, instead of the Service; null for none
 * @param address to listen on
 * @param port to listen on; 0 for any free one, with {@code host} only
 * @param namespaces that the operator looks after; empty for all
 */
public record WebhookSettings(
        @Nullable String service, @Nullable String host, String address, int port, List<String> namespaces) {
    /** Whether there is a webhook at all. */
    boolean isWanted() {
        return service != null || host != null;
    }
}
