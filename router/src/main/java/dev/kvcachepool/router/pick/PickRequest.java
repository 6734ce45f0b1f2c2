package dev.kvcachepool.router.pick;

import java.util.Set;

/**
 * What is to be routed.
 *
 * @param model as it stands in the engines' keys; may be empty, which no node declares
 * @param salt the tenant's cache salt, a secret; empty for none
 * @param endpoints names of those to choose from; empty for all
 */
public record PickRequest(String model, String salt, Prompt prompt, Set<String> endpoints) {
    public PickRequest {
        endpoints = Set.copyOf(endpoints);
    }

    public PickRequest with(Prompt other) {
        return new PickRequest(model, salt, other, endpoints);
    }

    @Override
    public String toString() {
        return "PickRequest[model=" + model + "]";
    }
}
