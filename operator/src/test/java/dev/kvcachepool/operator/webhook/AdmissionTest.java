package dev.kvcachepool.operator.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.operator.desired.Release;
import dev.kvcachepool.operator.inject.PodSecurity;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdmissionTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String REVIEW = """
            {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {
              "uid": "u-1", "namespace": "team", "operation": "CREATE", "dryRun": true,
              "resource": {"group": "", "version": "v1", "resource": "pods"},
              "object": {"metadata": {"labels": {"app": "vllm"}}, "spec": {"containers": [{"name": "vllm"}]}}}}
            """;

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

    private static final Surroundings TEAM = new Surroundings() {
        @Override
        public List<KVCachePool> pools(String namespace) {
            return List.of(new KubernetesSerialization().unmarshal("""
                    metadata: {name: shared, namespace: team, uid: u}
                    spec:
                      tiers: {host: {size: 64Mi}}
                      adverts: {bootstrapServers: "kafka:9092"}
                      engines: {mode: Inject, selector: {matchLabels: {app: vllm}}}
                    """, KVCachePool.class));
        }

        @Override
        public PodSecurity security(String namespace) {
            return PodSecurity.restricted;
        }
    };

    private static final Surroundings AWAY = new Surroundings() {
        @Override
        public List<KVCachePool> pools(String namespace) {
            throw new KubernetesClientException("away");
        }

        @Override
        public PodSecurity security(String namespace) {
            throw new KubernetesClientException("away");
        }
    };

    private Admission.Answer answer(Surroundings surroundings, String body) {
        return new Admission(surroundings, new Release("1", "n", "r"), metrics)
                .answer(body.getBytes(StandardCharsets.UTF_8));
    }

    private double counted(String result) {
        return metrics.counter("kvcachepool.operator.injections", "result", result)
                .count();
    }

    private static JsonNode patch(JsonNode response) throws IOException {
        return JSON.readTree(Base64.getDecoder().decode(response.path("patch").asText()));
    }

    @Test
    void aPodThatIsAnEngineIsPatched() throws IOException {
        // When
        var answer = answer(TEAM, REVIEW);
        // Then
        var review = JSON.readTree(answer.body());
        assertThat(answer.status()).isEqualTo(200);
        assertThat(review.path("kind").asText()).isEqualTo("AdmissionReview");
        assertThat(review.path("apiVersion").asText()).isEqualTo("admission.k8s.io/v1");
        var response = review.path("response");
        assertThat(response.path("uid").asText()).isEqualTo("u-1");
        assertThat(response.path("allowed").asBoolean()).isTrue();
        assertThat(response.path("patchType").asText()).isEqualTo("JSONPatch");
        assertThat(patch(response))
                .anySatisfy(
                        operation -> assertThat(operation.path("path").asText()).isEqualTo("/spec/volumes/-"));
        assertThat(counted("injected")).isOne();
    }

    @Test
    void whoCanNotLookUpLetsThePodPassAndSaysSo() throws IOException {
        // When
        var answer = answer(AWAY, REVIEW);
        // Then
        var response = JSON.readTree(answer.body()).path("response");
        assertThat(response.path("allowed").asBoolean()).isTrue();
        assertThat(response.path("warnings").path(0).asText()).contains("could not look the namespace's pools up");
        assertThat(patch(response).toString()).contains("injection-skipped").doesNotContain("/spec");
        assertThat(counted("failed")).isOne();
    }

    @ParameterizedTest
    @CsvSource({"CREATE,UPDATE", "pods,services"})
    void whatIsNoNewPodPasses(String text, String other) throws IOException {
        // When
        var answer = answer(AWAY, REVIEW.replace("\"" + text + "\"", "\"" + other + "\""));
        // Then
        assertThat(JSON.readTree(answer.body()).path("response"))
                .isEqualTo(JSON.readTree("{\"uid\": \"u-1\", \"allowed\": true}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            admission.k8s.io/v1 | admission.k8s.io/v1beta1 | the request is a AdmissionReview of admission.k8s.io/v1beta1; send an AdmissionReview of admission.k8s.io/v1
            "uid": "u-1",       | "uid": 7,                | request.uid must be a text of 1 to 128 characters
            "namespace": "team",| "namespace": "",         | request.namespace is missing: pods are in namespaces
            "spec":             | "spac":                  | request.object is no pod: it needs metadata, and a spec with containers
            "containers": [{    | "containers": [7, {      | request.object is no pod: it needs metadata, and a spec with containers
            "kind":             | kind:                    | the body is not readable as JSON
            "dryRun": true      | "uid": "u-2"             | the body is not readable as JSON: Duplicate
            """)
    void aMalformedRequestIsAnsweredWithASentence(String text, String wrong, String sentence) {
        // When
        var answer = answer(TEAM, REVIEW.replace(text, wrong));
        // Then
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).startsWith(sentence).hasLineCount(1);
        assertThat(counted("malformed")).isOne();
    }

    @ParameterizedTest
    @CsvSource({"''", "7", "[]", "null"})
    void aBodyOfAnotherFormIsRefused(String body) {
        assertThat(answer(TEAM, body).status()).isEqualTo(400);
    }

    @Test
    void nestingIsBounded() {
        assertThat(answer(TEAM, "{\"a\":".repeat(100_000)).status()).isEqualTo(400);
    }

    @Test
    void whateverIsSentThereIsAnAnswer() {
        var random = new Random();
        for (int i = 0; i < 2_000; i++) {
            // Given
            long seed = random.nextLong();
            var bytes = REVIEW.getBytes(StandardCharsets.UTF_8);
            var mutation = new Random(seed);
            for (int j = 0; j <= mutation.nextInt(4); j++) {
                bytes[mutation.nextInt(bytes.length)] = (byte) mutation.nextInt(128);
            }
            // When
            var answer = new Admission(TEAM, new Release("1", "n", "r"), metrics).answer(bytes);
            // Then
            assertThat(answer.status()).as("seed " + seed).isIn(200, 400);
        }
    }
}
