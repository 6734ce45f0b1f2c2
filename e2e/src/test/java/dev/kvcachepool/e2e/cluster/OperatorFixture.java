package dev.kvcachepool.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.e2e.observe.TraceCollector;
import dev.kvcachepool.e2e.process.Program;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;

/** The operator as it is shipped: installed by kustomize, run under its own ServiceAccount, one for all tests of a run. */
final class OperatorFixture {
    static final RealCluster CLUSTER = RealCluster.get();
    static final String SYSTEM = "kvcachepool-system";
    private static final String ACCOUNT = "kvcachepool-operator";
    private static volatile @Nullable Program successor;

    private OperatorFixture() {}

    private static final class Running {
        static final Program OPERATOR = install();
    }

    /** Installs and starts it unless that was done before; the one that acts now. */
    static Program operator() {
        var first = Running.OPERATOR;
        var last = successor;
        return last == null ? first : last;
    }

    /** Whoever runs tests after this one is served by {@code operator}. */
    static void succeededBy(Program operator) {
        successor = operator;
    }

    /** Ends the one that acts, and has {@code next} act at once, which waits for that. */
    static void handOver(Program next) {
        operator().kill();
        lease().delete();
        next.await();
        succeededBy(next);
    }

    /** The Lease by which operators know who acts. */
    static Resource<Lease> lease() {
        return client().leases().inNamespace(SYSTEM).withName(ACCOUNT);
    }

    private static Program install() {
        var base = RealCluster.root().resolve("manifests/kustomize/base").toString();
        CLUSTER.kubectl("apply", "--server-side", "--force-conflicts", "-k", base)
                .mustSucceed();
        CLUSTER.kubectl(
                        "wait",
                        "--for=condition=Established",
                        "crd/kvcachepools.kvcachepool.dev",
                        "crd/prefixpins.kvcachepool.dev")
                .mustSucceed();
        return startOperator("operator");
    }

    /** Starts one and waits until it acts. */
    private static Program startOperator(String name) {
        var operator = startWaitingOperator(name);
        operator.await();
        return operator;
    }

    /** Starts one under the shipped account, which acts when it has the Lease. */
    static Program startWaitingOperator(String name) {
        return startWaitingOperator(name, kubeconfig(), List.of());
    }

    /** A kubeconfig of the shipped account. */
    static Path kubeconfig() {
        try {
            return CLUSTER.kubeconfigOf(SYSTEM, ACCOUNT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same with another kubeconfig of that account, and more flags. */
    static Program startWaitingOperator(String name, Path kubeconfig, List<String> more) {
        return startWaitingOperator(name, kubeconfig, more, Map.of());
    }

    /** The same with more environment variables. */
    static Program startWaitingOperator(
            String name, Path kubeconfig, List<String> more, Map<String, String> environment) {
        var flags = new ArrayList<>(
                List.of("--http-port", "0", "--listen-address", "127.0.0.1", "--lease-namespace", SYSTEM));
        // The API server reaches it as a process, not by the Service.
        flags.addAll(List.of("--webhook-host", "127.0.0.1", "--webhook-port", "0"));
        flags.addAll(more);
        var variables = new HashMap<>(TraceCollector.shared().environment());
        variables.putAll(environment);
        variables.put("KUBECONFIG", kubeconfig.toString());
        return Program.start(RealCluster.root().toAbsolutePath().normalize(), "operator", flags, variables, log(name));
    }

    static Path log(String name) {
        return CLUSTER.folder().resolve(name + ".log");
    }

    static Path log() {
        return log("operator");
    }

    static KubernetesClient client() {
        return CLUSTER.client();
    }

    /** Applies a pool as kubectl does; {@code spec} is indented here. */
    static void apply(String namespace, String name, String spec) {
        operator();
        CLUSTER.kubectlWith(yaml(name, spec), "apply", "-n", namespace, "-f", "-")
                .mustSucceed();
    }

    static String yaml(String name, String spec) {
        return """
                apiVersion: kvcachepool.dev/v1alpha1
                kind: KVCachePool
                metadata: {name: %s}
                spec:
                """.formatted(name) + spec.indent(2);
    }

    static KVCachePool pool(String namespace, String name) {
        return client().resources(KVCachePool.class)
                .inNamespace(namespace)
                .withName(name)
                .require();
    }

    static ConditionFactory await(String what) {
        return Awaitility.await(what + "; the operator's log is " + log())
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(100));
    }

    /** {@code <status> <reason>: <message>} of a condition of the newest generation, or what is missing. */
    static String condition(String namespace, String name, String type) {
        var pool = pool(namespace, name);
        var status = pool.getStatus();
        if (status == null) {
            return "no status";
        }
        return status.conditions().stream()
                .filter(condition -> condition.getType().equals(type))
                .filter(condition -> condition
                        .getObservedGeneration()
                        .equals(pool.getMetadata().getGeneration()))
                .map(OperatorFixture::text)
                .findFirst()
                .orElse("none of this generation");
    }

    private static String text(Condition condition) {
        return condition.getStatus() + " " + condition.getReason() + ": " + condition.getMessage();
    }

    /** Waits until the condition's text begins so. */
    static void awaitCondition(String namespace, String name, String type, String beginning) {
        await(type + " is " + beginning)
                .untilAsserted(
                        () -> assertThat(condition(namespace, name, type)).startsWith(beginning));
    }

    /** The messages of the pool's Events with a reason. */
    static List<String> events(String namespace, String name, String reason) {
        return client().v1().events().inNamespace(namespace).list().getItems().stream()
                .filter(event -> name.equals(event.getInvolvedObject().getName()) && reason.equals(event.getReason()))
                .map(event -> event.getMessage())
                .toList();
    }
}
