package dev.kvcachepool.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What users add to the pods that the operator makes. Labels and annotations of the operator's own win over these;
 * variables given here win over the operator's.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record PodTemplate(
        @JsonPropertyDescription("Further labels of the pods.")
        Map<String, String> labels,

        @JsonPropertyDescription("Further annotations of the pods.")
        Map<String, String> annotations,

        @JsonPropertyDescription("Labels that a Kubernetes node must have.")
        Map<String, String> nodeSelector,

        @JsonPropertyDescription("Taints that the pods tolerate.") @Size(max = 64)
        List<Toleration> tolerations,

        @JsonPropertyDescription("Scheduling rules of the pods.") @Nullable
        Affinity affinity,

        @JsonPropertyDescription("How pods are spread; by default evenly over Kubernetes nodes where that can be done.")
        @Size(max = 16)
        List<TopologySpreadConstraint> topologySpreadConstraints,

        @JsonPropertyDescription("Priority class of the pods.") @Size(min = 1, max = 253) @Nullable
        String priorityClassName,

        @JsonPropertyDescription("Runtime class of the pods.") @Size(min = 1, max = 253) @Nullable
        String runtimeClassName,

        @JsonPropertyDescription("Further environment variables; a variable of the operator's own is replaced by one of"
                + " the same name.")
        @Size(max = 128)
        List<EnvVar> env,

        @JsonPropertyDescription("Further volumes, mounted into the program's container.")
        @Size(max = 16)
        @ValidationRule(
                value = "self.all(one, self.exists_one(other, other.name == one.name))",
                message =
                        "volumes of spec.template.volumes or spec.router.template.volumes must have names of their own")
        @ValidationRule(
                value = "self.all(one, self.exists_one(other, other.mountPath == one.mountPath))",
                message =
                        "volumes of spec.template.volumes or spec.router.template.volumes must have paths of their own")
        List<ExtraVolume> volumes,

        @JsonPropertyDescription("Further annotations of the pods' Services.")
        Map<String, String> serviceAnnotations) {

    static final PodTemplate EMPTY = new PodTemplate(null, null, null, null, null, null, null, null, null, null, null);

    public PodTemplate(
            @Nullable Map<String, String> labels,
            @Nullable Map<String, String> annotations,
            @Nullable Map<String, String> nodeSelector,
            @Nullable List<Toleration> tolerations,
            @Nullable Affinity affinity,
            @Nullable List<TopologySpreadConstraint> topologySpreadConstraints,
            @Nullable String priorityClassName,
            @Nullable String runtimeClassName,
            @Nullable List<EnvVar> env,
            @Nullable List<ExtraVolume> volumes,
            @Nullable Map<String, String> serviceAnnotations) {
        this.labels = sorted(labels);
        this.annotations = sorted(annotations);
        this.nodeSelector = sorted(nodeSelector);
        this.tolerations = tolerations == null ? List.of() : List.copyOf(tolerations);
        this.affinity = affinity;
        this.topologySpreadConstraints =
                topologySpreadConstraints == null ? List.of() : List.copyOf(topologySpreadConstraints);
        this.priorityClassName = priorityClassName;
        this.runtimeClassName = runtimeClassName;
        this.env = env == null ? List.of() : List.copyOf(env);
        this.volumes = volumes == null ? List.of() : List.copyOf(volumes);
        this.serviceAnnotations = sorted(serviceAnnotations);
    }

    /** In an order that is the same in each process: what is made of them is hashed. */
    private static Map<String, String> sorted(@Nullable Map<String, String> given) {
        return given == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(given));
    }
}
