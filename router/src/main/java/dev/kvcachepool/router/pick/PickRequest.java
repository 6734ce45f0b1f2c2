package dev.kvcachepool.router.pick;

import java.util.Set;

/**
 * What is to be routed.
 *
 * @param model as it stands in the engines' keys; may be empty, which no node declares
 * @param salt the tenant's cache salt, a secret; empty for none
 * @param endpoints names of those to choose from; empty for all
 * @param caller whose it is
 */
public record PickRequest(String model, String salt, Prompt prompt, Set<String> endpoints, Caller caller) {
    public PickRequest {
        endpoints = Set.copyOf(endpoints);
    }

    /** One that says nothing of its caller. */
    public PickRequest(String model, String salt, Prompt prompt, Set<String> endpoints) {
        this(model, salt, prompt, endpoints, Caller.UNSAID);
    }

    public PickRequest with(Prompt other) {
        return new PickRequest(model, salt, other, endpoints, caller);
    }

    /** The same to be sent to one of {@code names}; empty for all. */
    public PickRequest to(Set<String> names) {
        return new PickRequest(model, salt, prompt, names, caller);
    }

    /** The same of {@code other}. */
    public PickRequest from(Caller other) {
        return new PickRequest(model, salt, prompt, endpoints, other);
    }

    /** Among whom a pool without room is shared out: what the request says, or its salt. */
    String tenant() {
        return caller.tenant().isEmpty() ? "salt " + salt : "tenant " + caller.tenant();
    }

    @Override
    public String toString() {
        return "PickRequest[model=" + model + "]";
    }
}
