package dev.kvcachepool.operator.desired;

import dev.kvcachepool.crds.PodTemplate;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the pods of nodes and routers have in common; they satisfy the restricted Pod Security Standard. */
final class PodParts {
    /** The variable that has the pod's name. */
    static final String POD = "KVP_POD";

    /** Makes a program write its log as JSON, an object a line. */
    static final String JSON_LOG = "QUARKUS_LOG_CONSOLE_JSON_ENABLED";

    private static final String SCRATCH = "tmp";

    private PodParts() {}

    static PodSecurityContext podSecurity() {
        return new PodSecurityContextBuilder()
                .withRunAsNonRoot(true)
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .build();
    }

    static SecurityContext containerSecurity() {
        return new SecurityContextBuilder()
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .build();
    }

    /** The only place that a program can write to. */
    static Volume scratch() {
        return new VolumeBuilder()
                .withName(SCRATCH)
                .withNewEmptyDir()
                .withSizeLimit(new Quantity("64", "Mi"))
                .endEmptyDir()
                .build();
    }

    static VolumeMount scratchMount() {
        return new VolumeMountBuilder().withName(SCRATCH).withMountPath("/tmp").build();
    }

    static ContainerPort port(String name, int port) {
        return new ContainerPortBuilder()
                .withName(name)
                .withContainerPort(port)
                .withProtocol("TCP")
                .build();
    }

    /** A kubelet's, which believes any certificate. */
    static Probe probe(PoolTls tls, String path, int periodSeconds, int failures) {
        return new ProbeBuilder()
                .withNewHttpGet()
                .withScheme(tls.probeScheme())
                .withPath(path)
                .withNewPort("http")
                .endHttpGet()
                .withPeriodSeconds(periodSeconds)
                .withTimeoutSeconds(5)
                .withFailureThreshold(failures)
                .build();
    }

    static EnvVar field(String variable, String path) {
        return new EnvVarBuilder()
                .withName(variable)
                .withNewValueFrom()
                .withNewFieldRef("v1", path)
                .endValueFrom()
                .build();
    }

    /** The operator's variables with the user's, which win; in the order given, so that one may refer to those before. */
    static List<EnvVar> environment(List<EnvVar> ours, PodTemplate template) {
        var byName = new LinkedHashMap<String, EnvVar>();
        ours.forEach(variable -> byName.put(variable.getName(), variable));
        template.env().forEach(variable -> byName.put(variable.getName(), withDefaults(variable)));
        return List.copyOf(byName.values());
    }

    /**
     * With what the API server would fill in where it owns such a reference as a whole: without it the child would
     * differ from what there shall be for ever.
     */
    private static EnvVar withDefaults(EnvVar variable) {
        var builder = new EnvVarBuilder(variable);
        var source = variable.getValueFrom();
        if (source != null
                && source.getFieldRef() != null
                && source.getFieldRef().getApiVersion() == null) {
            builder.editValueFrom()
                    .editFieldRef()
                    .withApiVersion("v1")
                    .endFieldRef()
                    .endValueFrom();
        }
        if (source != null
                && source.getResourceFieldRef() != null
                && source.getResourceFieldRef().getDivisor() == null) {
            builder.editValueFrom()
                    .editResourceFieldRef()
                    .withDivisor(new Quantity("0"))
                    .endResourceFieldRef()
                    .endValueFrom();
        }
        return builder.build();
    }

    /** The user's labels or annotations with the operator's, which win. */
    static Map<String, String> merge(Map<String, String> users, Map<String, String> ours) {
        var merged = new TreeMap<>(users);
        merged.putAll(ours);
        return merged;
    }

    /** Memory as derived, requested in full so that the pod is not the first to go; what the user says wins. */
    static ResourceRequirements resources(@Nullable ResourceRequirements users, Quantity memory, Quantity cpu) {
        var requests = new TreeMap<String, Quantity>(Map.of("memory", memory, "cpu", cpu));
        var limits = new TreeMap<String, Quantity>(Map.of("memory", memory));
        if (users == null) {
            return new ResourceRequirementsBuilder()
                    .withRequests(requests)
                    .withLimits(limits)
                    .build();
        }
        if (users.getLimits() != null) {
            limits.putAll(users.getLimits());
            // A request above its limit is refused.
            users.getLimits()
                    .forEach((name, limit) -> requests.computeIfPresent(name, (key, request) -> least(request, limit)));
        }
        if (users.getRequests() != null) {
            requests.putAll(users.getRequests());
        }
        return new ResourceRequirementsBuilder(users)
                .withRequests(requests)
                .withLimits(limits)
                .build();
    }

    private static Quantity least(Quantity one, Quantity other) {
        return one.compareTo(other) <= 0 ? one : other;
    }
}
