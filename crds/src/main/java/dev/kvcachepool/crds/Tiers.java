package dev.kvcachepool.crds;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** What a cache-node keeps blocks in; at least one of them. */
@ValidationRule(
        value = "has(self.host)",
        message = "spec.tiers needs at least one tier: set spec.tiers.host.size, for example 8Gi")
public record Tiers(
        @JsonPropertyDescription("Host memory.") @Nullable Host host,

        @JsonPropertyDescription("Disk, for what host memory has no room for and for what is to outlive a restart.")
        @Nullable
        Disk disk,

        @JsonPropertyDescription("A GPU's memory, for what host memory has no room for.") @Nullable
        GpuTier gpu) {

    static final Tiers NONE = new Tiers(null, null, null);

    /** Host memory for blocks. */
    public record Host(
            @JsonPropertyDescription("Bytes for blocks on each cache-node, a quantity from 16Mi to 8Ti such as 8Gi. The"
                    + " pod's memory follows from it.")
            @Required
            @Size(max = 32)
            @ValidationRule(
                    value = "isQuantity(self) && quantity(self).compareTo(quantity('16Mi')) >= 0"
                            + " && quantity(self).compareTo(quantity('8Ti')) <= 0",
                    message = "spec.tiers.host.size must be a quantity from 16Mi to 8Ti, for example 8Gi")
            String size,

            @JsonPropertyDescription(
                    "Whether blocks lie in huge pages of 2 MiB. A Kubernetes node must have laid aside as many of them"
                            + " as its cache-node's size takes; they are requested as hugepages-2Mi.")
            @Default("false")
            Boolean hugePages) {

        public Host(String size, @Nullable Boolean hugePages) {
            this.size = size;
            this.hugePages = requireNonNullElse(hugePages, false);
        }
    }
}
