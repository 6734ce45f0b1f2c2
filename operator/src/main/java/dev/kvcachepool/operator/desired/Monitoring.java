package dev.kvcachepool.operator.desired;

import dev.kvcachepool.operator.desired.ChildLabels.Component;
import dev.kvcachepool.operator.desired.PrometheusRule.RuleGroup;
import dev.kvcachepool.operator.desired.ServiceMonitor.Endpoint;
import dev.kvcachepool.operator.desired.ServiceMonitor.Relabeling;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import java.util.List;
import java.util.Map;

/** What Prometheus and Grafana are told of a pool. */
public final class Monitoring {
    /** A port of the headless Service and the router's; the client Service has none of this name, so nobody is read twice. */
    private static final String PORT = "http";

    private static final String COMPONENT_OF_SERVICE = "__meta_kubernetes_service_label_app_kubernetes_io_component";
    private static final Map<String, String> FOR_GRAFANA = Map.of("grafana_dashboard", "1");

    /** Read once: children are computed again and again. */
    private static final String DASHBOARD = MonitoringFiles.text("pool-dashboard.json");

    private static final String DASHBOARD_WITH_ROUTERS =
            withMorePanels(DASHBOARD, MonitoringFiles.text("router-panels.json"));

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

    /**
     * The one dashboard of this pool, under a name and an id of its own, as Grafana puts those of all pools into one folder.
     * Where there are no routers their panels are left out; Grafana moves the others up.
     */
    public static ConfigMap dashboards(PoolContext context) {
        var file = "kvcachepool-" + context.namespace() + "-" + context.name() + ".json";
        return new ConfigMapBuilder()
                .withMetadata(context.metadata(context.names().dashboards(), Component.CACHE_NODE))
                .editMetadata()
                .addToLabels(FOR_GRAFANA)
                .endMetadata()
                .withData(Map.of(file, dashboard(context)))
                .build();
    }

    /** Ids of dashboards have 40 characters at most, fewer than names may. */
    private static String dashboard(PoolContext context) {
        var pool = "namespace=\\\"" + context.namespace() + "\\\",pool=\\\"" + context.name() + "\\\"";
        return (context.spec().router().enabled() ? DASHBOARD_WITH_ROUTERS : DASHBOARD)
                .replace(Alerts.POOL, pool)
                .replace("%NAME%", context.poolName())
                .replace("%UID%", "kvp-pool-" + DesiredHash.of(Map.of("pool", context.poolName())));
    }

    /** A dashboard, whose panels are its last field, with those of an array after its own. */
    private static String withMorePanels(String dashboard, String panels) {
        int end = dashboard.lastIndexOf(']');
        var more = panels.substring(panels.indexOf('[') + 1, panels.lastIndexOf(']'));
        return dashboard.substring(0, end).stripTrailing() + "," + more.stripTrailing() + "\n  "
                + dashboard.substring(end);
    }
}
