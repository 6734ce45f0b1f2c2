package dev.kvcachepool.e2e.cluster;

import static dev.kvcachepool.e2e.cluster.OperatorFixture.CLUSTER;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.apply;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.await;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.awaitCondition;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.condition;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.e2e.Fixture;
import dev.kvcachepool.e2e.observe.Scrape;
import java.nio.file.Files;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What is made for Prometheus and Grafana, judged by the Prometheus operator's own definitions on a real API server. */
class ObservabilityIT {
    private static final String DEFINITIONS = "e2e/src/test/resources/monitoring";
    private static final String ALL = "observability: {serviceMonitor: true, prometheusRule: true, dashboard: true}\n";
    private static final Pattern SERIES = Pattern.compile("(?m)^([a-z_]\\w*)(?:\\{| )");

    private static String spec(String observability) {
        return """
            replicas: 1
            tiers: {host: {size: 1Gi}}
            adverts: {bootstrapServers: '%s'}
            """.formatted(Fixture.broker().address()) + observability;
    }

    private static String get(String namespace, String object) {
        return CLUSTER.kubectl("get", object, "-n", namespace, "-o", "yaml", "--ignore-not-found")
                .mustSucceed();
    }

    @Test
    void whatIsWantedIsMadeOnceItsApiIsThereAndTakenAwayWhenTurnedOff() {
        // Given a cluster without the Prometheus operator
        var namespace = CLUSTER.namespace();
        // When
        apply(namespace, "shared", spec(ALL));
        // Then
        awaitCondition(
                namespace,
                "shared",
                "Degraded",
                "True ApiMissing: spec.observability.serviceMonitor is true, and this cluster has no ServiceMonitor");
        assertThat(condition(namespace, "shared", "Degraded"))
                .contains("spec.observability.prometheusRule is true")
                .contains("install the Prometheus operator's CustomResourceDefinitions");
        awaitCondition(namespace, "shared", "Ready", "True");
        assertThat(get(namespace, "configmap/shared-dashboards"))
                .contains("grafana_dashboard: \"1\"", "kvcachepool-" + namespace + "-shared.json");

        // When it comes
        CLUSTER.kubectl(
                        "apply",
                        "--server-side",
                        "-f",
                        RealCluster.root()
                                .resolve(DEFINITIONS + "/monitoring.coreos.com_servicemonitors.yaml")
                                .toString(),
                        "-f",
                        RealCluster.root()
                                .resolve(DEFINITIONS + "/monitoring.coreos.com_prometheusrules.yaml")
                                .toString())
                .mustSucceed();
        // Then
        awaitCondition(namespace, "shared", "Degraded", "False");
        assertThat(get(namespace, "servicemonitor/shared"))
                .contains("app.kubernetes.io/instance: shared", "honorLabels: true", "replacement: shared");
        assertThat(get(namespace, "prometheusrule/shared"))
                .contains("alert: KVCacheNoNodes", "namespace=\"" + namespace + "\",pool=\"shared\"")
                .doesNotContain("KVCacheDiskTrouble");

        // When somebody takes it away
        CLUSTER.kubectl("delete", "servicemonitor/shared", "-n", namespace).mustSucceed();
        // Then
        await("it is made again")
                .untilAsserted(() ->
                        assertThat(get(namespace, "servicemonitor/shared")).isNotEmpty());

        // When the pool gets TLS
        apply(namespace, "shared", spec(ALL) + "security: {tls: {secretRef: {name: cache-tls}}}\n");
        // Then Prometheus is told whom to believe
        await("it is read over TLS")
                .untilAsserted(() -> assertThat(get(namespace, "servicemonitor/shared"))
                        .contains("scheme: https", "key: ca.crt", "serverName: shared." + namespace + ".svc"));
        assertThat(get(namespace, "prometheusrule/shared")).contains("alert: KVCacheCertificateEnds");

        // When
        apply(namespace, "shared", spec("observability: {prometheusRule: true}\n"));
        // Then
        await("what is turned off is gone").untilAsserted(() -> {
            assertThat(get(namespace, "servicemonitor/shared")).isEmpty();
            assertThat(get(namespace, "configmap/shared-dashboards")).isEmpty();
        });
        assertThat(get(namespace, "prometheusrule/shared")).isNotEmpty();
    }

    @Test
    void theTableOfTheOperatorsMetricsIsTrue() throws Exception {
        // Given
        var namespace = CLUSTER.namespace();
        apply(namespace, "seen", spec(""));
        awaitCondition(namespace, "seen", "Ready", "True");
        var ready = "kvcachepool_operator_pool_condition{condition=\"Ready\",pool_name=\"seen\",pool_namespace=\""
                + namespace + "\"}";
        // Then
        await("the pool's conditions are told")
                .untilAsserted(() ->
                        assertThat(Scrape.text(OperatorFixture.operator())).contains(ready + " 1.0"));
        var said = new TreeSet<String>();
        SERIES.matcher(Scrape.text(OperatorFixture.operator())).results().forEach(match -> said.add(match.group(1)));
        var page = Files.readString(RealCluster.root().resolve("docs/metrics.md"));
        var section = page.substring(page.indexOf("## operator"));
        assertThat(said.stream()
                        .filter(name -> name.startsWith("kvcachepool_")
                                || name.startsWith("reconciliations_")
                                || name.equals("custom_resources")))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(section)
                        .contains("`" + name.replaceFirst("_seconds_(sum|count|max|bucket)$", "_seconds")));
        // A counter of what has not happened is not there yet.
        assertThat(said)
                .contains(
                        "kvcachepool_operator_pools",
                        "reconciliations_started_total",
                        "reconciliations_success_total",
                        "reconciliations_execution_duration_seconds_count",
                        "custom_resources");

        // When the pool is deleted
        CLUSTER.kubectl("delete", "kvp/seen", "-n", namespace).mustSucceed();
        // Then
        await("its series end")
                .untilAsserted(() ->
                        assertThat(Scrape.text(OperatorFixture.operator())).doesNotContain(ready));
    }
}
