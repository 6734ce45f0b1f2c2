package dev.kvcachepool.e2e.runtime.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceFieldSelector;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** The downward API: a container's limits and requests in units of the divisor, rounded up. */
final class ResourceField {
    private ResourceField() {}

    static String value(Pod pod, Container container, ResourceFieldSelector selector) throws ConfigError {
        var named = selector.getContainerName() == null
                ? container
                : pod.getSpec().getContainers().stream()
                        .filter(candidate -> candidate.getName().equals(selector.getContainerName()))
                        .findFirst()
                        .orElseThrow(() -> new ConfigError("container " + selector.getContainerName() + " not found"));
        var path = selector.getResource();
        var dot = path.indexOf('.');
        var resources = named.getResources();
        if (resources == null || dot < 0) {
            throw new ConfigError("no resource " + path + " in container " + named.getName());
        }
        var amounts = path.startsWith("limits.") ? resources.getLimits() : resources.getRequests();
        var amount = amounts == null ? null : amounts.get(path.substring(dot + 1));
        if (amount == null) {
            throw new ConfigError("no resource " + path + " in container " + named.getName());
        }
        var divisor = selector.getDivisor();
        var unit = divisor == null ? BigDecimal.ONE : Quantity.getAmountInBytes(divisor);
        if (unit.signum() == 0) {
            unit = BigDecimal.ONE;
        }
        return Quantity.getAmountInBytes(amount)
                .divide(unit, 0, RoundingMode.CEILING)
                .toPlainString();
    }
}
