package dev.kvcachepool.crds;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** A GPU's memory for blocks, above host memory. */
public record GpuTier(
        @JsonPropertyDescription(
                "Bytes of the GPU's memory for blocks on each cache-node, a quantity from 64Mi to 1Ti such"
                        + " as 8Gi. Beside an engine they come off its gpu_memory_utilization.")
        @Required
        @Size(max = 32)
        @ValidationRule(
                value = "isQuantity(self) && quantity(self).compareTo(quantity('64Mi')) >= 0"
                        + " && quantity(self).compareTo(quantity('1Ti')) <= 0",
                message = "spec.tiers.gpu.size must be a quantity from 64Mi to 1Ti, for example 8Gi")
        String size,

        @JsonPropertyDescription("Extended resource by which the cluster hands out GPUs. Dedicated only.")
        @Default("nvidia.com/gpu")
        @Size(max = 253)
        @Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?/[A-Za-z0-9]([-._A-Za-z0-9]*[A-Za-z0-9])?$")
        String resourceName,

        @JsonPropertyDescription("How many each cache-node requests, of which it uses the first. Dedicated only.")
        @Default("1")
        @Min(1)
        @Max(16)
        Integer count,

        @JsonPropertyDescription(
                "How a cache-node comes to a GPU. Dedicated: it requests one, which nothing else can use"
                        + " then. Visible: it sees the Kubernetes node's GPUs without a request, beside an engine and unaccounted"
                        + " for by the scheduler; the node's container runtime has to allow it. SidecarClaim, the one for"
                        + " placement Sidecar: shares the device that the engine's container claims (resources.claims).")
        @Required
        GpuAccess access) {

    public GpuTier {
        resourceName = requireNonNullElse(resourceName, "nvidia.com/gpu");
        count = requireNonNullElse(count, 1);
    }
}
