package dev.kvcachepool.operator.desired;

import io.fabric8.kubernetes.api.model.EnvVar;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** OpenTelemetry's own variables for a pool's containers; none where the pool wants no traces. */
final class PoolTraces {
    private PoolTraces() {}

    /** After {@link PodParts#POD}, to which the last one refers. */
    static List<EnvVar> environment(PoolContext context) {
        var traces = context.spec().observability().traces();
        if (traces == null) {
            return List.of();
        }
        var ratio = BigDecimal.valueOf(traces.sampledPercent()).movePointLeft(2).stripTrailingZeros();
        var variables = new ArrayList<EnvVar>();
        variables.add(new EnvVar("OTEL_EXPORTER_OTLP_ENDPOINT", traces.endpoint(), null));
        variables.add(new EnvVar("OTEL_TRACES_SAMPLER", "parentbased_traceidratio", null));
        variables.add(new EnvVar("OTEL_TRACES_SAMPLER_ARG", ratio.toPlainString(), null));
        variables.add(new EnvVar(
                "OTEL_RESOURCE_ATTRIBUTES",
                "kvcachepool.pool=" + context.name() + ",k8s.namespace.name=" + context.namespace() + ",k8s.pod.name=$("
                        + PodParts.POD + "),service.instance.id=$(" + PodParts.POD + ")",
                null));
        return variables;
    }
}
