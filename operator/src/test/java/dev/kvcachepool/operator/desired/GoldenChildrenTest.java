package dev.kvcachepool.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.crds.Placement;
import dev.kvcachepool.prefixadvert.kafka.TopicSettings;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A directory a scenario: {@code in.yaml} is the pool, each {@code in-PersistentVolumeClaim-….yaml} a claim that is there, {@code
 * in-kafka.yaml} how Strimzi's Kafka is reached, each {@code out-….yaml} a child. A new case is a new directory.
 * {@code -Dgolden.write=true} writes the children anew.
 */
class GoldenChildrenTest {
    private static final Path SCENARIOS =
            Path.of(System.getProperty("kvp.root", ".."), "operator/src/test/resources/desired");
    private static final Release RELEASE =
            new Release("1.2.3", "example.com/cache-node:1.2.3", "example.com/router:1.2.3");

    private final KubernetesSerialization serialization = new KubernetesSerialization();

    static List<Path> scenarios() throws IOException {
        try (var directories = Files.list(SCENARIOS)) {
            return directories.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void theChildrenOfAPoolAreThoseOfItsDirectory(Path scenario) throws IOException {
        // Given
        var pool = serialization.unmarshal(Files.readString(scenario.resolve("in.yaml")), KVCachePool.class);
        // When
        var children = children(
                        new PoolContext(pool, RELEASE, claims(scenario), kafka(scenario), SecretsMark.NONE, null))
                .map(DesiredHash::mark)
                .collect(Collectors.toMap(
                        child -> "out-" + child.getKind() + "-"
                                + child.getMetadata().getName() + ".yaml",
                        serialization::asYaml,
                        (one, other) -> one,
                        TreeMap::new));
        // Then
        if (Boolean.getBoolean("golden.write")) {
            write(scenario, children);
        }
        assertThat(children)
                .as("run with -Dgolden.write=true and read the difference")
                .isEqualTo(golden(scenario));
    }

    /** In images {@code /var/run} is a link to {@code /run}: a runtime mounts there. */
    @ParameterizedTest
    @MethodSource("scenarios")
    void noVolumeIsMountedBelowAnother(Path scenario) throws IOException {
        // Given
        var pool = serialization.unmarshal(Files.readString(scenario.resolve("in.yaml")), KVCachePool.class);
        var context = new PoolContext(pool, RELEASE);
        // When
        var paths = NodePods.template(context).getSpec().getContainers().stream()
                .flatMap(container -> container.getVolumeMounts().stream())
                .map(mount -> Path.of(mount.getMountPath().replaceFirst("^/var/run/", "/run/")))
                .toList();
        // Then
        for (var path : paths) {
            assertThat(paths).filteredOn(path::startsWith).containsExactly(path);
        }
    }

    private static Stream<HasMetadata> children(PoolContext context) {
        var pooled = context.spec().placement() == Placement.Pooled;
        Stream<HasMetadata> settings =
                Stream.of(NodeSettings.configMap(context), ConnectionSettings.configMap(context));
        Stream<HasMetadata> nodes = context.isSidecar()
                ? Stream.empty()
                : Stream.of(
                        NodeAccess.serviceAccount(context),
                        NodeAccess.clientService(context),
                        NodeAccess.headlessService(context),
                        pooled ? NodeWorkload.statefulSet(context, null) : NodeWorkload.daemonSet(context));
        Stream<HasMetadata> budget = pooled ? Stream.of(NodeAccess.disruptionBudget(context)) : Stream.empty();
        Stream<HasMetadata> router = context.spec().router().enabled()
                ? Stream.of(
                        RouterAccess.serviceAccount(context),
                        RouterAccess.role(context),
                        RouterAccess.roleBinding(context),
                        RouterAccess.service(context),
                        RouterWorkload.deployment(context))
                : Stream.empty();
        return Stream.of(settings, nodes, budget, router, guards(context), watchers(context), kafka(context))
                .flatMap(child -> child);
    }

    private static Stream<HasMetadata> guards(PoolContext context) {
        if (!context.spec().security().networkPolicy().enabled()) {
            return Stream.empty();
        }
        var nodes = NetworkPolicies.ofNodes(context);
        return context.spec().router().enabled()
                ? Stream.of(nodes, NetworkPolicies.ofRouters(context))
                : Stream.of(nodes);
    }

    private static Stream<HasMetadata> kafka(PoolContext context) {
        var strimzi = context.spec().adverts().strimzi();
        if (strimzi == null) {
            return Stream.empty();
        }
        var objects = new StrimziObjects(context, "kafka.strimzi.io/v1", strimzi.cluster());
        return Stream.concat(objects.topics(TopicSettings.settings()).stream(), Stream.of(objects.user(true)));
    }

    private static Stream<HasMetadata> watchers(PoolContext context) {
        var wanted = context.spec().observability();
        return Stream.<HasMetadata>of(
                        wanted.serviceMonitor() ? Monitoring.serviceMonitor(context) : null,
                        wanted.prometheusRule() ? Monitoring.prometheusRule(context) : null,
                        wanted.dashboard() ? Monitoring.dashboards(context) : null)
                .filter(Objects::nonNull);
    }

    private List<PersistentVolumeClaim> claims(Path scenario) throws IOException {
        return files(scenario, "in-PersistentVolumeClaim-*.yaml").values().stream()
                .map(text -> serialization.unmarshal(text, PersistentVolumeClaim.class))
                .toList();
    }

    private @Nullable KafkaWay kafka(Path scenario) throws IOException {
        var file = scenario.resolve("in-kafka.yaml");
        return Files.exists(file) ? serialization.unmarshal(Files.readString(file), KafkaWay.class) : null;
    }

    private static Map<String, String> golden(Path scenario) throws IOException {
        return files(scenario, "out-*.yaml");
    }

    private static Map<String, String> files(Path scenario, String names) throws IOException {
        var texts = new TreeMap<String, String>();
        try (var files = Files.newDirectoryStream(scenario, names)) {
            for (var file : files) {
                texts.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        return texts;
    }

    private static void write(Path scenario, Map<String, String> children) throws IOException {
        for (var old : golden(scenario).keySet()) {
            Files.delete(scenario.resolve(old));
        }
        for (var child : children.entrySet()) {
            Files.writeString(scenario.resolve(child.getKey()), child.getValue());
        }
    }
}
