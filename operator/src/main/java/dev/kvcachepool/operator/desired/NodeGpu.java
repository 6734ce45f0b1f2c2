package dev.kvcachepool.operator.desired;

import dev.kvcachepool.crds.GpuAccess;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The GPU tier of a cache-node: how much of a GPU it may use, and how its container comes to one. */
final class NodeGpu {
    private NodeGpu() {}

    /** Settings of the nodes; empty without a GPU. */
    static Map<String, String> settings(PoolContext context) {
        var gpu = context.spec().tiers().gpu();
        return gpu == null
                ? Map.of()
                : Map.of(
                        "KVP_GPU_SIZE",
                        Long.toString(Quantity.getAmountInBytes(new Quantity(gpu.size()))
                                .longValue()));
    }

    /** What NVIDIA's container runtime asks for; a device plugin says itself which devices a container that requested some sees. */
    static List<EnvVar> environment(PoolContext context) {
        var gpu = context.spec().tiers().gpu();
        if (gpu == null) {
            return List.of();
        }
        var variables = new ArrayList<EnvVar>();
        variables.add(new EnvVar("NVIDIA_DRIVER_CAPABILITIES", "compute,utility", null));
        if (gpu.access() == GpuAccess.Visible) {
            variables.add(new EnvVar("NVIDIA_VISIBLE_DEVICES", "all", null));
        }
        return variables;
    }

    /** Requests a GPU where it is to be the node's own; users' own figures for it stand. */
    static ResourceRequirements resources(PoolContext context, ResourceRequirements others) {
        var gpu = context.spec().tiers().gpu();
        if (gpu == null
                || gpu.access() != GpuAccess.Dedicated
                || others.getLimits().containsKey(gpu.resourceName())) {
            return others;
        }
        var count = new Quantity(gpu.count().toString());
        return new ResourceRequirementsBuilder(others)
                .addToLimits(gpu.resourceName(), count)
                .addToRequests(gpu.resourceName(), count)
                .build();
    }
}
