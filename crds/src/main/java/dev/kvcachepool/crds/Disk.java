package dev.kvcachepool.crds;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * Disk for blocks, below host memory.
 *
 * @param storageClassName of claims; null for the cluster's default
 * @param volumeAttributesClassName of a Pooled pool's claims; null for none
 * @param retain of a Pooled pool: whether claims outlive the pool and its scaling down
 * @param expand of a Pooled pool: whether claims that are there follow a greater size
 * @param path of a NodeLocal pool: a folder of each Kubernetes node
 * @param ephemeral of a NodeLocal pool: a volume that comes and goes with each pod
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Disk(
        @JsonPropertyDescription("Bytes for blocks on each cache-node, a quantity from 256Mi to 256Ti such as 200Gi. A"
                + " twentieth is left to the file system.")
        @Required
        @Size(max = 32)
        @ValidationRule(
                value = "isQuantity(self) && quantity(self).compareTo(quantity('256Mi')) >= 0"
                        + " && quantity(self).compareTo(quantity('256Ti')) <= 0",
                message = "spec.tiers.disk.size must be a quantity from 256Mi to 256Ti, for example 200Gi")
        String size,

        @JsonPropertyDescription("StorageClass of the volumes; by default the cluster's. Immutable in a Pooled pool.")
        @Size(min = 1, max = 253)
        @Nullable
        String storageClassName,

        @JsonPropertyDescription("VolumeAttributesClass of the volumes, for drivers that offer such. Pooled only.")
        @Size(min = 1, max = 253)
        @Nullable
        String volumeAttributesClassName,

        @JsonPropertyDescription("Whether volumes, with the blocks on them, outlive the pool's deletion and its scaling"
                + " down, to be found again by a pool of the same name. Pooled only.")
        @Default("false")
        Boolean retain,

        @JsonPropertyDescription("Whether volumes that are there are expanded when size grows; their StorageClass must"
                + " allow it. Pooled only.")
        @Default("false")
        Boolean expand,

        @JsonPropertyDescription("Absolute path of a folder that is there on each Kubernetes node and that the"
                + " cache-nodes may write to; a pool uses a folder of its own in it, which outlives pods. NodeLocal"
                + " only; the restricted Pod Security Standard refuses it.")
        @Size(max = 256)
        @Pattern("^(/[A-Za-z0-9][-._A-Za-z0-9]*)+$")
        @Nullable
        String path,

        @JsonPropertyDescription(
                "A volume that comes and goes with each pod; it outlives its containers. NodeLocal" + " only.")
        @Default("false")
        Boolean ephemeral) {

    public Disk {
        retain = requireNonNullElse(retain, false);
        expand = requireNonNullElse(expand, false);
        ephemeral = requireNonNullElse(ephemeral, false);
    }
}
