package dev.kvcachepool.operator.webhook;

import dev.kvcachepool.operator.inject.Marks;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirementBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfig;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfigBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How the API server comes to ask: pods that are made, in namespaces that allow it, unless they say no. A webhook that does not
 * answer, or can't be trusted, holds no pod up ({@code failurePolicy: Ignore}): an engine without a cache is slower, one that
 * can't be started is none.
 */
record Registration(String namespace, String service, List<String> namespaces) {
    static final String NAME = "kvcachepool-engines";
    static final String WEBHOOK = "engines.kvcachepool.dev";
    static final String PATH = "/engines";

    private static final int SERVICE_PORT = 443;
    private static final int TIMEOUT_SECONDS = 5;
    private static final String NAMESPACE_NAME = "kubernetes.io/metadata.name";

    /** The name by which the API server knows the webhook's Service. */
    String serviceName() {
        return service + "." + namespace + ".svc";
    }

    WebhookClientConfig byService(String bundle) {
        return new WebhookClientConfigBuilder()
                .withCaBundle(bundle)
                .withNewService()
                .withNamespace(namespace)
                .withName(service)
                .withPath(PATH)
                .withPort(SERVICE_PORT)
                .endService()
                .build();
    }

    static WebhookClientConfig byAddress(String host, int port, String bundle) {
        return new WebhookClientConfigBuilder()
                .withCaBundle(bundle)
                .withUrl("https://" + host + ":" + port + PATH)
                .build();
    }

    /** With everything said that the API server would fill in, so that it can be compared with what is there. */
    MutatingWebhookConfiguration configuration(WebhookClientConfig way, Map<String, String> labels) {
        return new MutatingWebhookConfigurationBuilder()
                .withNewMetadata()
                .withName(NAME)
                .withLabels(labels)
                .endMetadata()
                .addNewWebhook()
                .withName(WEBHOOK)
                .withClientConfig(way)
                .addNewRule()
                .withApiGroups("")
                .withApiVersions("v1")
                .withOperations("CREATE")
                .withResources("pods")
                .withScope("Namespaced")
                .endRule()
                .withFailurePolicy("Ignore")
                .withMatchPolicy("Equivalent")
                .withNewNamespaceSelector()
                .withMatchExpressions(namespaceRequirements())
                .withMatchLabels(Map.of(Marks.NAMESPACE, Marks.ENABLED))
                .endNamespaceSelector()
                .withNewObjectSelector()
                .addNewMatchExpression()
                .withKey(Marks.POD)
                .withOperator("NotIn")
                .withValues(Marks.NO)
                .endMatchExpression()
                .endObjectSelector()
                // Other webhooks may add the labels or containers that this one goes by.
                .withReinvocationPolicy("IfNeeded")
                .withSideEffects("None")
                .withTimeoutSeconds(TIMEOUT_SECONDS)
                .withAdmissionReviewVersions("v1")
                .endWebhook()
                .build();
    }

    /** An operator that looks after some namespaces leaves others' pods alone. */
    private List<LabelSelectorRequirement> namespaceRequirements() {
        var requirements = new ArrayList<LabelSelectorRequirement>();
        if (!namespaces.isEmpty()) {
            requirements.add(new LabelSelectorRequirementBuilder()
                    .withKey(NAMESPACE_NAME)
                    .withOperator("In")
                    .withValues(namespaces)
                    .build());
        }
        return requirements;
    }
}
