package dev.kvcachepool.operator.inject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The device that a cache-node in an engine's pod shares with the engine: by the same claim of dynamic resource allocation, which the
 * scheduler has accounted for once, so that both see one GPU. The pod has the claim already; nothing is claimed for it.
 */
final class SharedDevice {
    private SharedDevice() {}

    /**
     * Makes the sidecar a user of the claim that the engine's containers have.
     *
     * @param sidecar is changed
     * @param engines containers of the pod
     * @param chosen the claim's name, by the pod's annotation; null where the engine has only one
     * @throws Skip if there is none, or not a single one
     */
    static void give(ObjectNode sidecar, List<JsonNode> engines, @Nullable String chosen, String pool) throws Skip {
        var claims = new LinkedHashSet<JsonNode>();
        for (var engine : engines) {
            engine.at("/resources/claims").forEach(claims::add);
        }
        if (claims.isEmpty()) {
            throw new Skip("spec.tiers.gpu of pool " + pool
                    + " shares the device that the engine claims, and its container "
                    + engines.getFirst().path("name").asText() + " has no resources.claims: give it a claim of the GPU"
                    + " (spec.resourceClaims) in place of an extended resource, or use a pool without spec.tiers.gpu");
        }
        if (chosen != null) {
            claims.removeIf(claim -> !chosen.equals(claim.path("name").asText()));
            if (claims.isEmpty()) {
                throw new Skip("its annotation " + Marks.CLAIM + " names '" + chosen
                        + "', which is no resource claim of the engine's containers; they have "
                        + names(engines));
            }
        }
        if (claims.size() > 1) {
            throw new Skip("the engine's containers claim several devices (" + names(engines) + "): name in annotation "
                    + Marks.CLAIM + " the one that the cache-node of pool " + pool + " shares");
        }
        sidecar.withObject("/resources").withArray("claims").add(claims.getFirst());
    }

    private static String names(List<JsonNode> engines) {
        Set<String> names = new LinkedHashSet<>();
        for (var engine : engines) {
            for (var claim : engine.at("/resources/claims")) {
                names.add(claim.path("name").asText()
                        + (claim.has("request") ? "/" + claim.path("request").asText() : ""));
            }
        }
        return names.stream().collect(Collectors.joining(", "));
    }
}
