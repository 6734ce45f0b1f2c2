package dev.kvcachepool.operator.webhook;

import dev.kvcachepool.operator.desired.ChildLabels;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Map;
import java.util.Optional;

/**
 * The Secret in which operators share the webhook's certificate, and its registration. Every method asks the API server.
 *
 * @param namespace the operator's own
 */
record CertificateStore(KubernetesClient client, String namespace, String fieldManager) {
    /** The Secret's name, which the operator's role names, too. */
    static final String SECRET = "kvcachepool-operator-webhook";

    static final Map<String, String> LABELS = Map.of(
            "app.kubernetes.io/name",
            "kvcachepool",
            ChildLabels.COMPONENT,
            "operator",
            ChildLabels.MANAGED_BY,
            ChildLabels.OPERATOR);

    /** Empty where there is no usable one. */
    Optional<Credentials> read() {
        return Optional.ofNullable(
                        client.secrets().inNamespace(namespace).withName(SECRET).get())
                .flatMap(Credentials::of);
    }

    void write(Credentials credentials) {
        var _ = client.resource(credentials.secret(namespace, SECRET, LABELS)).patch(apply());
    }

    /** Writes the registration where it is another one. */
    void register(MutatingWebhookConfiguration wanted) {
        var there = client.admissionRegistration()
                .v1()
                .mutatingWebhookConfigurations()
                .withName(Registration.NAME)
                .get();
        if (there == null || !there.getWebhooks().equals(wanted.getWebhooks())) {
            var _ = client.resource(owned(wanted)).patch(apply());
        }
    }

    /** Goes with the operator's namespace, as nothing in a namespace can own it. */
    private MutatingWebhookConfiguration owned(MutatingWebhookConfiguration wanted) {
        var home = client.namespaces().withName(namespace).get();
        return home == null
                ? wanted
                : new MutatingWebhookConfigurationBuilder(wanted)
                        .editMetadata()
                        .addNewOwnerReference()
                        .withApiVersion("v1")
                        .withKind("Namespace")
                        .withName(namespace)
                        .withUid(home.getMetadata().getUid())
                        .endOwnerReference()
                        .endMetadata()
                        .build();
    }

    private PatchContext apply() {
        return new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager(fieldManager)
                .withForce(true)
                .build();
    }
}
