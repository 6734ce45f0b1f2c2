package dev.kvcachepool.operator.app;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.crds.PrefixPin;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The definitions of the resources that the operator is there for, which somebody installs before it. */
final class Definitions {
    private Definitions() {}

    /**
     * A sentence that names those which the API server does not know.
     *
     * @throws io.fabric8.kubernetes.client.KubernetesClientException if it can't be asked
     */
    static Optional<String> missing(KubernetesClient client) {
        var missing = Stream.of(KVCachePool.class, PrefixPin.class)
                .filter(kind -> !client.supports(kind))
                .map(kind -> HasMetadata.getFullResourceName(kind) + "/" + HasMetadata.getVersion(kind))
                .collect(Collectors.joining(", "));
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "the API server at " + client.getMasterUrl() + " does not know " + missing
                                + ": install the definitions with kubectl apply --server-side -f crds/, then start the operator again");
    }
}
