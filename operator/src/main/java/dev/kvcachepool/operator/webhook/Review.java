package dev.kvcachepool.operator.webhook;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvcachepool.operator.inject.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * An AdmissionReview of {@code admission.k8s.io/v1}, as it is asked and as it is answered.
 *
 * @param uid by which the API server knows the answer
 * @param namespace of the pod
 * @param pod null where it is about something else, which is let pass
 */
record Review(String uid, String namespace, @Nullable JsonNode pod) {
    private static final String VERSION = "admission.k8s.io/v1";
    private static final String KIND = "AdmissionReview";
    private static final int DEEPEST = 200;
    private static final int LONGEST_TEXT = 2 << 20;
    private static final int LONGEST_UID = 128;

    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .maxStringLength(LONGEST_TEXT)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /**
     * Reads one.
     *
     * @throws Malformed where it is none
     */
    static Review of(byte[] body) throws Malformed {
        var review = read(body);
        var version = review.path("apiVersion").asText();
        var kind = review.path("kind").asText();
        if (!VERSION.equals(version) || !KIND.equals(kind)) {
            throw new Malformed("the request is a " + kind + " of " + version + "; send an " + KIND + " of " + VERSION);
        }
        var request = review.path("request");
        var uid = request.path("uid").textValue();
        if (uid == null || uid.isEmpty() || uid.length() > LONGEST_UID) {
            throw new Malformed("request.uid must be a text of 1 to " + LONGEST_UID + " characters");
        }
        var namespace = request.path("namespace").textValue();
        if (!isOfNewPod(request)) {
            return new Review(uid, "", null);
        }
        var pod = request.path("object");
        if (namespace == null || namespace.isEmpty()) {
            throw new Malformed("request.namespace is missing: pods are in namespaces");
        }
        if (!pod.path("metadata").isObject() || !pod.path("spec").isObject() || !hasContainers(pod)) {
            throw new Malformed("request.object is no pod: it needs metadata, and a spec with containers");
        }
        return new Review(uid, namespace, pod);
    }

    private static boolean isOfNewPod(JsonNode request) {
        return request.at("/resource/resource").asText().equals("pods")
                && request.at("/resource/group").asText().isEmpty()
                && request.path("subResource").asText().isEmpty()
                && request.path("operation").asText().equals("CREATE");
    }

    private static boolean hasContainers(JsonNode pod) {
        var containers = pod.at("/spec/containers");
        if (!containers.isArray() || containers.isEmpty()) {
            return false;
        }
        for (var container : containers) {
            if (!container.isObject()) {
                return false;
            }
        }
        return true;
    }

    private static JsonNode read(byte[] body) throws Malformed {
        try {
            var read = MAPPER.readTree(body);
            if (read != null && read.isObject()) {
                return read;
            }
        } catch (JsonProcessingException e) {
            throw new Malformed("the body is not readable as JSON: "
                    + e.getOriginalMessage().lines().findFirst().orElse(""));
        } catch (IOException e) {
            throw new Malformed("the body is not readable");
        }
        throw new Malformed("the body must be a JSON object, an " + KIND + " of " + VERSION);
    }

    /** The answer, which always lets the pod pass. */
    String answer(Outcome outcome) {
        var review = MAPPER.createObjectNode().put("apiVersion", VERSION).put("kind", KIND);
        var response = review.putObject("response").put("uid", uid).put("allowed", true);
        switch (outcome) {
            case Outcome.Untouched _ -> {}
            case Outcome.Injected injected -> add(injected.patch(), response);
            case Outcome.Skipped skipped -> {
                response.putArray("warnings").add("kvcachepool.dev: nothing was injected: " + skipped.reason());
                add(skipped.patch(), response);
            }
        }
        return review.toString();
    }

    private static void add(JsonNode patch, ObjectNode response) {
        if (!patch.isEmpty()) {
            var bytes = patch.toString().getBytes(StandardCharsets.UTF_8);
            response.put("patchType", "JSONPatch")
                    .put("patch", Base64.getEncoder().encodeToString(bytes));
        }
    }
}
