package dev.kvcachepool.operator.reconcile;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.operator.dependent.ServedApis;
import dev.kvcachepool.operator.desired.ServiceMonitor;
import dev.kvcachepool.operator.probe.Apis;
import dev.kvcachepool.operator.status.Trouble;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.util.ArrayList;
import java.util.List;

/** The APIs of others, without which a pool serves well: what is wanted of them and missing is told, and made once they come. */
final class OptionalApis {
    private static final String MONITORING = ServiceMonitor.GROUP + "/" + ServiceMonitor.VERSION;

    private final Apis apis;

    OptionalApis(Apis apis) {
        this.apis = apis;
    }

    /** Lets the children of this reconciliation know, and says what the pool wants in vain. */
    List<Trouble> lookInto(KVCachePool pool, Context<KVCachePool> context) {
        var served = new ServedApis(apis.serve(MONITORING, "ServiceMonitor"), apis.serve(MONITORING, "PrometheusRule"));
        served.putInto(context);
        var wanted = pool.getSpec().observability();
        var missing = new ArrayList<Trouble>();
        if (wanted.serviceMonitor() && !served.serviceMonitors()) {
            missing.add(missing("serviceMonitor", "ServiceMonitor"));
        }
        if (wanted.prometheusRule() && !served.prometheusRules()) {
            missing.add(missing("prometheusRule", "PrometheusRule"));
        }
        return missing;
    }

    private static Trouble missing(String field, String kind) {
        return new Trouble(
                "ApiMissing",
                "spec.observability." + field + " is true, and this cluster has no " + kind + " of " + MONITORING
                        + ": install the Prometheus operator's CustomResourceDefinitions, or set the field to false");
    }
}
