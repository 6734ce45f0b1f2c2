package dev.kvcachepool.operator.desired;

import static java.util.Objects.requireNonNull;

import dev.kvcachepool.operator.desired.ChildLabels.Component;
import dev.kvcachepool.operator.desired.PrometheusRule.RuleGroup;
import dev.kvcachepool.operator.desired.ServiceMonitor.Endpoint;
import dev.kvcachepool.operator.desired.ServiceMonitor.Relabeling;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What Prometheus and Grafana are told of a pool. */
public final class Monitoring {
    /** A port of the headless Service and the router's; the client Service has none of this name, so nobody is read twice. */
    private static final String PORT = "http";

    private static final String COMPONENT_OF_SERVICE = "__meta_kubernetes_service_label_app_kubernetes_io_component";
    private static final Map<String, String> FOR_GRAFANA = Map.of("grafana_dashboard", "1");

    /** Read once: children are computed again and again. */
    private static final Map<String, String> DASHBOARDS = Map.of(
            "pool",
            MonitoringFiles.text("pool-dashboard.json"),
            "router",
            MonitoringFiles.text("router-dashboard.json"));

    private Monitoring() {}

    /** Has every cache-node and router scraped, ready or not, and labels what they say with pool and component. */
    public static ServiceMonitor serviceMonitor(PoolContext context) {
        var monitor = new ServiceMonitor();
        var secure = PoolTls.of(context).scrape(context);
        monitor.setMetadata(context.metadata(context.name(), Component.CACHE_NODE));
        monitor.setSpec(new ServiceMonitor.Spec(
                new LabelSelectorBuilder()
                        .withMatchLabels(ChildLabels.ofPool(context.pool()))
                        .build(),
                List.of(new Endpoint(
                        PORT,
                        "/metrics",
                        secure == null ? null : "https",
                        secure,
                        // Routers label what they say of engines with "endpoint", as Prometheus would its port's name.
                        true,
                        List.of(
                                Relabeling.copy(COMPONENT_OF_SERVICE, "component"),
                                Relabeling.fixed("pool", context.name()))))));
        return monitor;
    }

    /** Alerts on this pool alone. */
    public static PrometheusRule prometheusRule(PoolContext context) {
        var rule = new PrometheusRule();
        rule.setMetadata(context.metadata(context.name(), Component.CACHE_NODE));
        rule.setSpec(new PrometheusRule.Spec(
                List.of(new RuleGroup("kvcachepool/" + context.poolName(), Alerts.of(context)))));
        return rule;
    }

    /** Dashboards of this pool, under names and ids of their own, as Grafana puts those of all pools into one folder. */
    public static ConfigMap dashboards(PoolContext context) {
        var files = new TreeMap<String, String>();
        files.put(file(context, "pool"), dashboard(context, "pool"));
        if (context.spec().router().enabled()) {
            files.put(file(context, "router"), dashboard(context, "router"));
        }
        return new ConfigMapBuilder()
                .withMetadata(context.metadata(context.names().dashboards(), Component.CACHE_NODE))
                .editMetadata()
                .addToLabels(FOR_GRAFANA)
                .endMetadata()
                .withData(files)
                .build();
    }

    private static String file(PoolContext context, String kind) {
        return "kvcachepool-" + context.namespace() + "-" + context.name() + "-" + kind + ".json";
    }

    /** Ids of dashboards have 40 characters at most, fewer than names may. */
    private static String dashboard(PoolContext context, String kind) {
        var pool = "namespace=\\\"" + context.namespace() + "\\\",pool=\\\"" + context.name() + "\\\"";
        return requireNonNull(DASHBOARDS.get(kind))
                .replace(Alerts.POOL, pool)
                .replace("%NAME%", context.poolName())
                .replace("%UID%", "kvp-" + kind + "-" + DesiredHash.of(Map.of("pool", context.poolName())));
    }
}
