package dev.kvcachepool.manifests;

import static dev.kvcachepool.manifests.Golden.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The OLM bundle says what kustomize's base, {@code crds/} and the examples say. */
class BundleTest {
    private static final Path FOLDER = Bundle.folder(ROOT);
    private static final String SERVICE_VERSION = "manifests/kvcachepool-operator.clusterserviceversion.yaml";

    @Test
    void whatIsMadeIsCommitted() throws Exception {
        var files = new Bundle(ROOT).files();
        Golden.check(FOLDER, files);
        assertThat(Golden.names(FOLDER.resolve("manifests")))
                .hasSize(files.size())
                .allMatch(name -> files.containsKey("manifests/" + name));
    }

    @Test
    void itsRightsAreThoseOfKustomizesBase() {
        // Given
        var base = Base.of(ROOT);
        // When
        var install = made().at("/spec/install/spec");
        // Then
        var rules = Stream.of("clusterPermissions", "permissions")
                .flatMap(kind -> elements(install.path(kind)))
                .flatMap(rights -> elements(rights.path("rules")))
                .toList();
        assertThat(rules)
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(base.clusterRules(), base.leaseRules()).toList());
    }

    @Test
    void theCompleteExampleHasEachPartOfTheSpecificationAndAnotherTheOneThatExcludesReplicas() {
        // Given
        var schema = Definitions.schema(ROOT, "kvcachepools.kvcachepool.dev").at("/properties/spec/properties");
        // When
        var parts = new HashSet<>(names(
                Yaml.document(ROOT.resolve("manifests/examples/complete.yaml")).path("spec")));
        assertThat(parts).contains("replicas").doesNotContain("autoscaling");
        parts.addAll(names(Yaml.document(ROOT.resolve("manifests/examples/autoscaled.yaml"))
                .path("spec")));
        // Then
        assertThat(parts)
                .as("manifests/examples/complete.yaml, or autoscaled.yaml, needs what the definition has")
                .isEqualTo(names(schema));
    }

    @Test
    void eachFieldOfTheExampleHasADescriptorThatExplainsIt() {
        // When
        var descriptors = elements(made().at("/spec/customresourcedefinitions/owned/0/specDescriptors"))
                .toList();
        // Then
        assertThat(descriptors)
                .extracting(descriptor -> descriptor.path("path").asText())
                .contains("models[0].chunkTokens", "adverts.tls.caSecretRef.name", "template.tolerations[0].operator");
        assertThat(descriptors)
                .allSatisfy(descriptor ->
                        assertThat(descriptor.path("description").asText()).isNotBlank());
    }

    @Test
    void theImagesLabelsAreTheBundlesAnnotations() {
        // Given
        var annotations = new HashMap<String, String>();
        Yaml.document(FOLDER.resolve("metadata/annotations.yaml"))
                .path("annotations")
                .properties()
                .forEach(annotation -> annotations.put(
                        annotation.getKey(), annotation.getValue().asText()));
        // When
        var labels = new HashMap<String, String>();
        Yaml.text(FOLDER.resolveSibling("bundle.Dockerfile"))
                .lines()
                .filter(line -> line.startsWith("LABEL "))
                .map(line -> line.substring("LABEL ".length()).split("=", 2))
                .forEach(label -> labels.put(label[0], label[1]));
        // Then
        assertThat(labels).isEqualTo(annotations);
    }

    @Test
    void eachImageThatTheOperatorNamesIsARelatedOne() {
        // When
        var images = elements(made().at("/spec/relatedImages"))
                .map(image -> Map.entry(
                        image.path("name").asText(), image.path("image").asText()))
                .toList();
        // Then
        assertThat(images).extracting(Map.Entry::getKey).isEqualTo(List.of("operator", "cache-node", "router"));
        assertThat(images)
                .allSatisfy(image -> assertThat(image.getValue()).startsWith("kvcachepool/" + image.getKey() + ":"));
    }

    private static JsonNode made() {
        return Yaml.document(FOLDER.resolve(SERVICE_VERSION));
    }

    private static Stream<JsonNode> elements(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }

    private static Set<String> names(JsonNode object) {
        var names = new HashSet<String>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
