package dev.kvcachepool.manifests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The OLM bundle's manifests: the CRDs, and the ClusterServiceVersion of {@code manifests/olm/template.yaml} with rights,
 * Deployment and images of kustomize's base, descriptors of the CRDs' fields, and examples.
 */
final class Bundle {
    private static final String PACKAGE = "kvcachepool-operator";
    private static final List<String> EXAMPLES = List.of("complete.yaml", "autoscaled.yaml", "prefix-pin.yaml");

    /** Whose objects are in no namespace: rights to these OLM must not bind in namespaces. */
    private static final Set<String> CLUSTER_SCOPED = Set.of(
            "nodes",
            "namespaces",
            "persistentvolumes",
            "storageclasses",
            "customresourcedefinitions",
            "clusterroles",
            "clusterrolebindings",
            "mutatingwebhookconfigurations",
            "validatingwebhookconfigurations");

    private final Path root;
    private final Base base;

    Bundle(Path root) {
        this.root = root;
        this.base = Base.of(root);
    }

    static Path folder(Path root) {
        return root.resolve("manifests/olm/bundle");
    }

    /** Their content by path within the bundle. */
    Map<String, String> files() {
        var files = new TreeMap<String, String>();
        Definitions.texts(root).forEach((name, text) -> files.put("manifests/" + name, text));
        files.put("manifests/" + PACKAGE + "-webhook.service.yaml", Yaml.write(webhookService()));
        files.put("manifests/" + PACKAGE + ".clusterserviceversion.yaml", Yaml.write(serviceVersion()));
        return files;
    }

    /** OLM chooses the namespace. */
    private JsonNode webhookService() {
        var service = base.webhookService();
        ((ObjectNode) service.path("metadata")).remove("namespace");
        return service;
    }

    private ObjectNode serviceVersion() {
        var version = Yaml.document(Chart.folder(root).resolve("Chart.yaml"))
                .path("version")
                .asText();
        var csv = Yaml.document(root.resolve("manifests/olm/template.yaml"));
        var metadata = (ObjectNode) csv.path("metadata");
        // Names of objects have no capitals.
        metadata.put("name", PACKAGE + ".v" + version.toLowerCase(Locale.ROOT));
        var annotations = (ObjectNode) metadata.path("annotations");
        annotations.put("containerImage", operator().path("image").asText());
        annotations.put("alm-examples", examples().toPrettyString());
        var spec = (ObjectNode) csv.path("spec");
        spec.put("version", version);
        icon(spec.putArray("icon"));
        install(spec.putObject("install"));
        spec.path("customresourcedefinitions").path("owned").forEach(definition -> describe((ObjectNode) definition));
        relatedImages(spec.putArray("relatedImages"));
        return csv;
    }

    private ArrayNode examples() {
        var examples = Yaml.object().putArray("examples");
        for (var file : EXAMPLES) {
            var example = Yaml.document(root.resolve("manifests/examples").resolve(file));
            ((ObjectNode) example.path("metadata")).remove("namespace");
            examples.add(example);
        }
        return examples;
    }

    private void icon(ArrayNode icons) {
        var image = Yaml.text(root.resolve("manifests/olm/icon.svg")).getBytes(StandardCharsets.UTF_8);
        icons.addObject()
                .put("base64data", Base64.getEncoder().encodeToString(image))
                .put("mediatype", "image/svg+xml");
    }

    private void install(ObjectNode install) {
        install.put("strategy", "deployment");
        var account =
                base.deployment().at("/spec/template/spec/serviceAccountName").asText();
        var spec = install.putObject("spec");
        Predicate<JsonNode> clusterScoped = Bundle::isClusterScoped;
        rights(spec.putArray("clusterPermissions"), account, base.clusterRules().filter(clusterScoped));
        rights(
                spec.putArray("permissions"),
                account,
                Stream.concat(base.clusterRules().filter(clusterScoped.negate()), base.leaseRules()));
        spec.putArray("deployments").add(deployment());
    }

    private static boolean isClusterScoped(JsonNode rule) {
        var scoped = 0;
        for (var resource : rule.path("resources")) {
            scoped += CLUSTER_SCOPED.contains(resource.asText()) ? 1 : 0;
        }
        if (scoped > 0 && scoped < rule.path("resources").size()) {
            throw new IllegalStateException("one rule has resources with and without namespaces, split it: " + rule);
        }
        return scoped > 0;
    }

    private static void rights(ArrayNode list, String account, Stream<JsonNode> rules) {
        var rights = list.addObject();
        rights.put("serviceAccountName", account);
        rules.forEach(rights.putArray("rules")::add);
    }

    /** The base's, told by OLM which namespaces it has to look after. */
    private ObjectNode deployment() {
        var made = base.deployment();
        var deployment = Yaml.object();
        deployment.put("name", made.at("/metadata/name").asText());
        deployment.set("label", made.at("/metadata/labels"));
        deployment.set("spec", made.path("spec"));
        var variable = ((ArrayNode) deployment.at("/spec/template/spec/containers/0/env")).addObject();
        variable.put("name", "KVP_NAMESPACES");
        variable.putObject("valueFrom")
                .putObject("fieldRef")
                .put("fieldPath", "metadata.annotations['olm.targetNamespaces']");
        return deployment;
    }

    private JsonNode operator() {
        return base.deployment().at("/spec/template/spec/containers/0");
    }

    private void relatedImages(ArrayNode images) {
        images.addObject()
                .put("name", "operator")
                .put("image", operator().path("image").asText());
        for (var variable : operator().path("env")) {
            var name = variable.path("name").asText();
            if (name.endsWith("_IMAGE")) {
                images.addObject()
                        .put("name", "KVP_NODE_IMAGE".equals(name) ? "cache-node" : "router")
                        .put("image", variable.path("value").asText());
            }
        }
    }

    private void describe(ObjectNode definition) {
        var schema = Definitions.schema(root, definition.path("name").asText()).path("properties");
        var spec = new Descriptors().fields(schema.path("spec"), 1);
        for (var example : examples()) {
            if (example.path("kind").equals(definition.path("kind"))) {
                spec.example(example.path("spec"), schema.path("spec"));
            }
        }
        spec.writeTo(definition.putArray("specDescriptors"));
        new Descriptors().fields(schema.path("status"), 2).writeTo(definition.putArray("statusDescriptors"));
    }
}
