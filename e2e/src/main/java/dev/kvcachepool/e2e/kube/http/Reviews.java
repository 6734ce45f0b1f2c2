package dev.kvcachepool.e2e.kube.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvcachepool.e2e.kube.model.ApiFailure;
import dev.kvcachepool.e2e.kube.model.Json;
import java.util.List;
import java.util.Map;

/** Answers those who ask what they may do. There is no authorisation here: everyone may do everything. */
final class Reviews {
    private static final Map<String, String> KINDS = Map.of(
            "selfsubjectaccessreviews", "SelfSubjectAccessReview",
            "subjectaccessreviews", "SubjectAccessReview",
            "localsubjectaccessreviews", "LocalSubjectAccessReview",
            "selfsubjectrulesreviews", "SelfSubjectRulesReview");
    private static final String RULES = "selfsubjectrulesreviews";
    private static final List<String> ALL = List.of("*");

    private Reviews() {}

    static boolean about(ApiRequest request) {
        var kind = kind(request);
        return request.method().equals("POST")
                && request.path().startsWith("/apis/authorization.k8s.io/v1/")
                && KINDS.containsKey(kind);
    }

    static Answer answer(ApiRequest request) {
        var review = review(request);
        if (kind(request).equals(RULES)) {
            rules(review.putObject("status"));
        } else {
            review.putObject("status").put("allowed", true).put("reason", "the in-memory API has no authorisation");
        }
        return Answer.json(201, review);
    }

    /** kubectl asks in protobuf, which isn't read here; the answer is the same whatever is asked. */
    private static ObjectNode review(ApiRequest request) {
        if (request.contentType().startsWith("application/json")) {
            if (Json.parse(request.body().getBytes()) instanceof ObjectNode review) {
                return review;
            }
            throw ApiFailure.badRequest("a review is an object");
        }
        var kind = KINDS.get(kind(request));
        return Json.object().put("kind", kind).put("apiVersion", "authorization.k8s.io/v1");
    }

    private static void rules(ObjectNode status) {
        var resources = status.putArray("resourceRules").addObject();
        for (var field : List.of("verbs", "apiGroups", "resources")) {
            resources.set(field, Json.arrayOf(ALL));
        }
        var others = status.putArray("nonResourceRules").addObject();
        for (var field : List.of("verbs", "nonResourceURLs")) {
            others.set(field, Json.arrayOf(ALL));
        }
        status.put("incomplete", false);
    }

    private static String kind(ApiRequest request) {
        return request.path().substring(request.path().lastIndexOf('/') + 1);
    }
}
