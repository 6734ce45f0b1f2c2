package dev.kvcachepool.e2e.kube.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvcachepool.e2e.kube.model.ApiFailure;
import dev.kvcachepool.e2e.kube.model.FieldProblem;
import dev.kvcachepool.e2e.kube.model.Json;
import dev.kvcachepool.e2e.kube.model.LabelSelector;
import dev.kvcachepool.e2e.kube.model.ResourceTypes;
import dev.kvcachepool.e2e.kube.model.Statuses;
import dev.kvcachepool.e2e.kube.store.ObjectKey;
import dev.kvcachepool.e2e.kube.store.ObjectStore;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** What is done to pods through subresources: they are bound to nodes, and evicted as far as their budgets allow. */
final class PodActions {
    private static final Set<String> NEVER_MISSED = Set.of("Pending", "Succeeded", "Failed");
    private final ObjectStore store;
    private final ResourceTypes types;
    private final Updates updates;
    private final Deletion deletion;

    PodActions(ObjectStore store, ResourceTypes types, Updates updates, Deletion deletion) {
        this.store = store;
        this.types = types;
        this.updates = updates;
        this.deletion = deletion;
    }

    ObjectNode bind(Target target, JsonNode binding, WriteOptions options) {
        return store.locked(() -> {
            var old = updates.existing(target.type(), target.key());
            var node = Json.text(binding, "target", "name");
            if (node.isEmpty()) {
                throw ApiFailure.invalid(
                        target.type(), target.key().name(), List.of(FieldProblem.required("target.name")));
            }
            var current = Json.text(old, "spec", "nodeName");
            if (!current.isEmpty()) {
                throw ApiFailure.conflict(
                        target.type(),
                        target.key().name(),
                        "pod %s is already assigned to node \"%s\""
                                .formatted(target.key().name(), current));
            }
            var bound = old.deepCopy();
            Json.child(bound, "spec").put("nodeName", node);
            var kept = updates.change(target.with("binding"), old, bound, options);
            if (!options.dryRun()) {
                updates.change(target.with("status"), kept, scheduled(kept), options);
            }
            return Statuses.created();
        });
    }

    private static ObjectNode scheduled(ObjectNode pod) {
        var now = pod.deepCopy();
        var status = Json.child(now, "status");
        var conditions = status.get("conditions") instanceof ArrayNode list ? list : status.putArray("conditions");
        conditions
                .valueStream()
                .filter(condition -> Json.text(condition, "type").equals("PodScheduled"))
                .findFirst()
                .map(ObjectNode.class::cast)
                .orElseGet(conditions::addObject)
                .put("type", "PodScheduled")
                .put("status", "True")
                .put("lastTransitionTime", Json.time(Instant.now()))
                .remove(List.of("reason", "message"));
        return now;
    }

    ObjectNode evict(Target target, JsonNode eviction, Function<String, String> query, WriteOptions options) {
        return store.locked(() -> {
            var pod = updates.existing(target.type(), target.key());
            if (!NEVER_MISSED.contains(Json.text(pod, "status", "phase")) && !Metadata.deleting(pod)) {
                spend(pod, options);
            }
            deletion.delete(target, DeleteOptions.of(eviction.path("deleteOptions"), query, options));
            return Statuses.created();
        });
    }

    /** Takes one disruption from the pod's budget, where it has one. */
    private void spend(ObjectNode pod, WriteOptions options) {
        var budgets = store
                .list("poddisruptionbudgets.policy", ObjectKey.of(pod).namespace())
                .stream()
                .filter(budget ->
                        LabelSelector.of(Json.at(budget, "spec", "selector")).test(pod))
                .toList();
        if (budgets.size() > 1) {
            throw ApiFailure.of(
                    500,
                    "InternalError",
                    "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.");
        }
        if (budgets.isEmpty() || (!ready(pod) && unreadyMayGo(budgets.getFirst()))) {
            return;
        }
        var budget = budgets.getFirst();
        var name = Json.text(budget, "metadata", "name");
        var allowed = Json.at(budget, "status", "disruptionsAllowed").asInt();
        if (stale(budget) || allowed <= 0) {
            throw ApiFailure.tooManyRequests(
                    "Cannot evict pod as it would violate the pod's disruption budget.",
                    new FieldProblem("", "DisruptionBudget", why(budget, name)));
        }
        var now = budget.deepCopy();
        var status = Json.child(now, "status").put("disruptionsAllowed", allowed - 1);
        Json.child(status, "disruptedPods").put(Json.text(pod, "metadata", "name"), Json.time(Instant.now()));
        var type = types.builtIn("poddisruptionbudgets.policy");
        updates.change(new Target(type, ObjectKey.of(budget), "status"), budget, now, options);
    }

    private static String why(ObjectNode budget, String name) {
        return stale(budget)
                ? "The disruption budget %s is still being processed by the server.".formatted(name)
                : "The disruption budget %s needs %d healthy pods and has %d currently"
                        .formatted(
                                name,
                                Json.at(budget, "status", "desiredHealthy").asInt(),
                                Json.at(budget, "status", "currentHealthy").asInt());
    }

    private static boolean stale(ObjectNode budget) {
        return Json.at(budget, "status", "observedGeneration").asInt()
                < Json.at(budget, "metadata", "generation").asInt();
    }

    private static boolean unreadyMayGo(ObjectNode budget) {
        var healthy = Json.at(budget, "status", "currentHealthy").asInt();
        var desired = Json.at(budget, "status", "desiredHealthy").asInt();
        return Json.text(budget, "spec", "unhealthyPodEvictionPolicy").equals("AlwaysAllow")
                || (desired > 0 && healthy >= desired);
    }

    private static boolean ready(ObjectNode pod) {
        return Json.at(pod, "status", "conditions")
                .valueStream()
                .anyMatch(condition -> Json.text(condition, "type").equals("Ready")
                        && Json.text(condition, "status").equals("True"));
    }
}
