package dev.kvcachepool.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.operator.desired.PrometheusRule.Rule;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether alerts and dashboards speak of what there is. */
class MonitoringTest {
    private static final Path ROOT = Path.of(System.getProperty("kvp.root", ".."));
    private static final Path RUNBOOKS = ROOT.resolve("docs/runbooks");
    /** What Prometheus and the ServiceMonitor add. */
    private static final Set<String> OF_TARGETS = Set.of("namespace", "pool", "pod", "component");

    private final KubernetesSerialization serialization = new KubernetesSerialization();

    private PoolContext context() throws IOException {
        return context("pooled-observed");
    }

    private PoolContext context(String scenario) throws IOException {
        var file = ROOT.resolve("operator/src/test/resources/desired")
                .resolve(scenario)
                .resolve("in.yaml");
        var pool = serialization.unmarshal(Files.readString(file), KVCachePool.class);
        return new PoolContext(pool, new Release("1", "node", "router"));
    }

    private List<Rule> operatorRules() throws IOException {
        var file = ROOT.resolve("manifests/kustomize/monitoring/rules.yaml");
        return rules(serialization.unmarshal(Files.readString(file), PrometheusRule.class));
    }

    private static List<Rule> rules(PrometheusRule rule) {
        return rule.getSpec().groups().stream()
                .flatMap(group -> group.rules().stream())
                .toList();
    }

    private List<Rule> allRules() throws IOException {
        var all = new ArrayList<>(rules(Monitoring.prometheusRule(context())));
        // Its pool has all parts but TLS.
        rules(Monitoring.prometheusRule(context("pooled-tls"))).stream()
                .filter(rule -> rule.alert().startsWith("KVCacheCertificate"))
                .forEach(all::add);
        all.addAll(operatorRules());
        return all;
    }

    /** The dashboard as Grafana reads it. */
    private JsonNode dashboard(PoolContext context) {
        var files = Monitoring.dashboards(context).getData();
        assertThat(files).hasSize(1);
        return serialization.unmarshal(files.values().iterator().next(), JsonNode.class);
    }

    /** What its panels ask; the headings of rows ask nothing. */
    private static Stream<String> expressions(JsonNode dashboard) {
        return dashboard
                .get("panels")
                .valueStream()
                .flatMap(panel -> panel.path("targets").valueStream())
                .map(target -> target.get("expr").asText());
    }

    private List<String> allExpressions() throws IOException {
        return Stream.concat(allRules().stream().map(Rule::expr), expressions(dashboard(context())))
                .toList();
    }

    @Test
    void everySeriesInRulesAndDashboardsIsDocumentedWithItsLabels() throws IOException {
        // Given
        var documented = DocumentedMetrics.of(ROOT.resolve("docs/metrics.md"));
        assertThat(documented.labels()).hasSizeGreaterThan(100);
        for (var expr : allExpressions()) {
            // When
            var series = new PromQl(expr).series().toList();
            // Then
            assertThat(series).as(expr).isNotEmpty();
            for (var one : series) {
                var known = one.name().equals("up") ? Set.<String>of() : documented.of(one.name());
                assertThat(known).as(one.name() + " in " + expr).isNotNull();
                var unknown = new HashSet<>(one.labels());
                unknown.removeAll(known);
                unknown.removeAll(OF_TARGETS);
                if (one.name().endsWith("_bucket")) {
                    unknown.remove("le");
                }
                assertThat(unknown)
                        .as("labels of " + one.name() + " in " + expr)
                        .isEmpty();
            }
        }
    }

    @Test
    void everySeriesOfAPoolIsPickedByThePool() throws IOException {
        for (var rule : rules(Monitoring.prometheusRule(context()))) {
            assertThat(new PromQl(rule.expr()).series())
                    .as(rule.alert())
                    .allMatch(series -> series.labels().containsAll(Set.of("namespace", "pool"))
                            || series.labels().containsAll(Set.of("pool_namespace", "pool_name")));
            assertThat(rule.expr()).doesNotContain("%");
        }
    }

    @Test
    void everyAlertHasItsPageAndEachPageItsAlert() throws IOException {
        // Given
        var alerts = allRules().stream().map(Rule::alert).collect(Collectors.toCollection(TreeSet::new));
        // When
        try (var pages = Files.list(RUNBOOKS)) {
            // Then
            assertThat(pages.map(page -> page.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(
                            alerts.stream().map(alert -> alert + ".md").toList());
        }
        for (var rule : allRules()) {
            assertThat(rule.annotations().get("runbook_url")).isEqualTo(Release.RUNBOOKS + "/" + rule.alert() + ".md");
            assertThat(rule.annotations()).containsKeys("summary", "description");
            assertThat(rule.labels().get("severity")).isIn("warning", "critical");
            assertThat(Files.readString(RUNBOOKS.resolve(rule.alert() + ".md")))
                    .startsWith("# " + rule.alert() + "\n")
                    .contains("## What it means", "## How to look", "## What to do");
        }
    }

    @Test
    void aPoolHasOneDashboardWhosePanelsHaveIdsOfTheirOwnAndDoNotOverlap() throws IOException {
        var dashboard = dashboard(context());
        assertThat(dashboard.get("uid").asText()).startsWith("kvp-pool-").hasSizeLessThanOrEqualTo(40);
        assertThat(dashboard.get("title").asText()).contains("serving/observed");
        var ids = new HashSet<Integer>();
        var taken = new HashSet<String>();
        for (var panel : dashboard.get("panels")) {
            assertThat(ids.add(panel.get("id").asInt())).as(panel.toString()).isTrue();
            var at = panel.get("gridPos");
            assertThat(at.get("x").asInt() + at.get("w").asInt()).isLessThanOrEqualTo(24);
            for (int x = 0; x < at.get("w").asInt(); x++) {
                for (int y = 0; y < at.get("h").asInt(); y++) {
                    assertThat(taken.add((at.get("x").asInt() + x) + " "
                                    + (at.get("y").asInt() + y)))
                            .as("at " + at + ": " + panel.get("title"))
                            .isTrue();
                }
            }
        }
    }

    @Test
    void aPoolWithoutRoutersIsShownNothingOfThem() throws IOException {
        // Given
        var pool = context().pool();
        var spec = serialization.asYaml(pool.getSpec()).replaceAll("(?s)(router:.*?enabled: )true", "$1false");
        pool.setSpec(serialization.unmarshal(spec, pool.getSpec().getClass()));
        // When
        var dashboard = dashboard(new PoolContext(pool, new Release("1", "node", "router")));
        // Then
        assertThat(expressions(dashboard)).isNotEmpty().noneMatch(expr -> expr.contains("router"));
        assertThat(expressions(dashboard(context()))).anyMatch(expr -> expr.contains("router"));
    }

    @Test
    void bracketsMatchAndNothingIsLeftToFillIn() throws IOException {
        assertThat(allExpressions()).allSatisfy(expr -> {
            assertThat(new PromQl(expr).bracketsMatch()).as(expr).isTrue();
            assertThat(expr).doesNotContain("%");
        });
        assertThat(new PromQl("sum(rate(a{b=\"(\"}[5m])").bracketsMatch()).isFalse();
    }

    /** Where the machine has Prometheus' own tool, it judges every expression. */
    @Test
    void prometheusParsesThem(@TempDir Path folder) throws Exception {
        // Given
        var promtool = promtool();
        assumeTrue(promtool.isPresent(), "no promtool on the PATH");
        var panels = new ArrayList<Map<String, String>>();
        expressions(dashboard(context()))
                .forEach(expr -> panels.add(
                        Map.of("record", "panel:" + panels.size(), "expr", expr.replace("$__rate_interval", "5m"))));
        var rules = Map.of(
                "groups",
                List.of(Map.of("name", "alerts", "rules", allRules()), Map.of("name", "panels", "rules", panels)));
        var file = Files.writeString(folder.resolve("rules.yaml"), serialization.asYaml(rules));
        // Then
        assertThat(run(promtool.orElseThrow(), "check", "rules", file.toString()))
                .contains("SUCCESS");
    }

    /** By hand-made series: which alerts fire then, and what they say. */
    @Test
    void alertsFireWhenTheyShould(@TempDir Path folder) throws Exception {
        // Given
        var promtool = promtool();
        assumeTrue(promtool.isPresent(), "no promtool on the PATH");
        var rules = serialization.asYaml(Monitoring.prometheusRule(context()).getSpec());
        Files.writeString(folder.resolve("rules.yaml"), rules);
        var test = ROOT.resolve("operator/src/test/resources/monitoring/alerts-test.yaml");
        var copy = Files.copy(test, folder.resolve("alerts-test.yaml"));
        // Then
        assertThat(run(promtool.orElseThrow(), "test", "rules", copy.toString()))
                .contains("SUCCESS");
    }

    private static String run(Path promtool, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of(promtool.toString()));
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    private static Optional<Path> promtool() {
        return Stream.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator))
                .map(folder -> Path.of(folder, "promtool"))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
