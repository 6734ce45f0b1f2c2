package dev.kvcachepool.operator.desired;

import dev.kvcachepool.operator.desired.PrometheusRule.Rule;
import java.util.List;
import java.util.Map;

/**
 * The alerts of a pool, from {@code monitoring/alerts.yaml} beside this class's package: each is for the parts that the pool has,
 * and for its series alone.
 */
public final class Alerts {
    /** In expressions: the labels by which a pool's own series are told from others'. */
    static final String POOL = "%POOL%";
    /** In expressions: the labels by which the operator's series of this pool are told from others'. */
    static final String OPERATOR_POOL = "%OPERATOR_POOL%";

    private static final List<Template> TEMPLATES =
            MonitoringFiles.yaml("alerts.yaml", Templates.class).alerts();

    private Alerts() {}

    /** Which pools an alert is for. */
    public enum Scope {
        Any,
        Routed,
        Disk,
        Gpu,
        Autoscaled,
        WithUsers,
        WithTls
    }

    /**
     * An alert of any pool.
     *
     * @param expr in PromQL, with {@link #POOL} or {@link #OPERATOR_POOL} among the labels
     * @param holds for how long before anybody is told
     */
    public record Template(
            String alert,
            Scope scope,
            String severity,
            String holds,
            String expr,
            String summary,
            String description) {}

    private record Templates(List<Template> alerts) {}

    /** All there are. */
    public static List<Template> templates() {
        return TEMPLATES;
    }

    static List<Rule> of(PoolContext context) {
        return TEMPLATES.stream()
                .filter(template -> isFor(template.scope(), context))
                .map(template -> rule(template, context))
                .toList();
    }

    private static boolean isFor(Scope scope, PoolContext context) {
        return switch (scope) {
            case Any -> true;
            case Routed -> context.spec().router().enabled();
            case Disk -> context.spec().tiers().disk() != null;
            case Gpu -> context.spec().tiers().gpu() != null;
            case Autoscaled -> context.spec().autoscaling() != null;
            case WithUsers -> context.spec().security().auth() != null;
            case WithTls -> context.spec().security().tls() != null;
        };
    }

    private static Rule rule(Template template, PoolContext context) {
        return new Rule(
                template.alert(),
                bound(template.expr(), context),
                template.holds(),
                Map.of("severity", template.severity(), "namespace", context.namespace(), "pool", context.name()),
                Map.of(
                        "summary", template.summary(),
                        "description", template.description(),
                        "runbook_url", context.release().runbooks() + "/" + template.alert() + ".md"));
    }

    /** The expression for one pool; names of pools and namespaces are DNS labels, so nothing needs escaping. */
    static String bound(String expr, PoolContext context) {
        return expr.strip()
                .replace(POOL, "namespace=\"" + context.namespace() + "\",pool=\"" + context.name() + "\"")
                .replace(
                        OPERATOR_POOL,
                        "pool_namespace=\"" + context.namespace() + "\",pool_name=\"" + context.name() + "\"");
    }
}
