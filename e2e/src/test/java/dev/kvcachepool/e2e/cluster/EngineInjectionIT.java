package dev.kvcachepool.e2e.cluster;

import static dev.kvcachepool.e2e.cluster.OperatorFixture.CLUSTER;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.SYSTEM;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.apply;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.await;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.client;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.commandline.certificate.Issued;
import dev.kvcachepool.e2e.Fixture;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Pods of engines on a real API server, which asks the operator's webhook; what they become also has to satisfy Pod Security. */
class EngineInjectionIT {
    private static final String INJECTED = "kvcachepool.dev/injected";
    private static final String SKIPPED = "kvcachepool.dev/injection-skipped";
    private static final String SECRET = "kvcachepool-operator-webhook";
    private static final Base64.Encoder BASE64 = Base64.getEncoder();

    /** A Kubernetes node's one device, a class of the namespace's name, as that is the cluster's, and a template to claim it by. */
    private static String devices(String namespace, String node) {
        return """
            apiVersion: resource.k8s.io/v1
            kind: DeviceClass
            metadata: {name: %1$s}
            spec: {selectors: [{cel: {expression: 'device.driver == "%1$s.example.com"'}}]}
            ---
            apiVersion: resource.k8s.io/v1
            kind: ResourceSlice
            metadata: {name: %1$s}
            spec:
              driver: %1$s.example.com
              nodeName: %2$s
              pool: {name: %2$s, generation: 1, resourceSliceCount: 1}
              devices: [{name: gpu-0}]
            ---
            apiVersion: resource.k8s.io/v1
            kind: ResourceClaimTemplate
            metadata: {name: one}
            spec: {spec: {devices: {requests: [{name: gpu, exactly: {deviceClassName: %1$s}}]}}}
            """.formatted(namespace, node);
    }

    private static String spec(String more) {
        return """
                router: {enabled: false}
                tiers: {host: {size: 64Mi}}
                adverts: {bootstrapServers: "%s", replication: 1}
                engines: {mode: Inject, selector: {matchLabels: {app: vllm}}}
                """.formatted(Fixture.broker().address()) + more;
    }

    private static String pod(String name, String labels) {
        return """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s, labels: {app: vllm%s}}
                spec:
                  securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}
                  containers:
                    - name: vllm
                      image: vllm
                      securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
                """.formatted(name, labels);
    }

    /** A namespace that opted in and holds its pods to a Pod Security level. */
    private static String namespace(String level) {
        var name = CLUSTER.namespace();
        client().resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .addToLabels("kvcachepool.dev/injection", "enabled")
                        .addToLabels("pod-security.kubernetes.io/enforce", level)
                        .endMetadata()
                        .build())
                .forceConflicts()
                .serverSideApply();
        return name;
    }

    private static Command.Result make(String namespace, String pod, String... flags) {
        var arguments = new ArrayList<>(List.of("create", "-n", namespace, "-o", "yaml", "-f", "-"));
        arguments.addAll(List.of(flags));
        return CLUSTER.kubectlWith(pod, arguments.toArray(String[]::new));
    }

    private static Pod made(String namespace, String pod, String... flags) {
        return new KubernetesSerialization()
                .unmarshal(make(namespace, pod, flags).mustSucceed(), Pod.class);
    }

    private static Map<String, String> annotations(Pod pod) {
        var annotations = pod.getMetadata().getAnnotations();
        return annotations == null ? Map.of() : annotations;
    }

    /** Until the API server has heard of the webhook as it is now. */
    private static void awaitInjection(String namespace) {
        await("pods are given their pool's settings")
                .untilAsserted(() -> assertThat(annotations(made(namespace, pod("probe", ""), "--dry-run=server")))
                        .containsKey(INJECTED));
    }

    @Test
    void anEnginesPodIsGivenItsPoolsSettingsAndIsStillRestricted() {
        // Given
        var namespace = namespace("restricted");
        apply(namespace, "shared", spec("models: [{name: llama, chunkTokens: 256, hashScheme: lmcache-sha256-cbor}]"));
        awaitInjection(namespace);
        // When
        var pod = made(namespace, pod("engine", ""));
        var optedOut = made(namespace, pod("alone", ", kvcachepool.dev/inject: \"false\""));
        // Then
        assertThat(annotations(pod)).containsEntry(INJECTED, "shared");
        var engine = pod.getSpec().getContainers().getFirst();
        assertThat(engine.getEnv()).anySatisfy(variable -> {
            assertThat(variable.getName()).isEqualTo("KVP_RESP_URL");
            assertThat(variable.getValue()).isEqualTo("redis://shared." + namespace + ".svc:6379");
        });
        assertThat(engine.getVolumeMounts())
                .anySatisfy(mount -> assertThat(mount.getMountPath()).isEqualTo("/etc/kvcachepool"));
        assertThat(annotations(optedOut)).doesNotContainKeys(INJECTED, SKIPPED);
        assertThat(optedOut.getSpec().getContainers().getFirst().getEnv()).isEmpty();
    }

    @Test
    void aNamespaceThatDidNotOptInIsLeftAlone() {
        // Given
        var other = CLUSTER.namespace();
        apply(other, "shared", spec(""));
        var optedIn = namespace("restricted");
        apply(optedIn, "shared", spec(""));
        awaitInjection(optedIn);
        // When
        var pod = made(other, pod("engine", ""));
        // Then
        assertThat(annotations(pod)).doesNotContainKeys(INJECTED, SKIPPED);
    }

    @Test
    void socketsComeWithAReasonWhereTheyAreRefusedAndAsAFolderWhereTheyAreNot() {
        // Given
        var refusing = namespace("baseline");
        var taking = namespace("privileged");
        for (var namespace : List.of(refusing, taking)) {
            apply(namespace, "local", spec("""
                    placement: NodeLocal
                    protocols: {local: {hostPath: /var/lib/kvcachepool/local}}
                    """));
        }
        awaitInjection(taking);
        // When
        var refused = make(refusing, pod("engine", ""));
        var pod = made(taking, pod("engine", ""));
        // Then
        var reason =
                "spec.protocols.local of pool local needs a hostPath volume, which the namespace's Pod Security level"
                        + " baseline refuses";
        assertThat(refused.errors()).contains("Warning: kvcachepool.dev: nothing was injected: " + reason);
        var skipped = new KubernetesSerialization().unmarshal(refused.mustSucceed(), Pod.class);
        assertThat(annotations(skipped).get(SKIPPED)).startsWith(reason);
        assertThat(skipped.getSpec().getContainers().getFirst().getEnv()).isEmpty();
        assertThat(pod.getSpec().getVolumes())
                .anySatisfy(volume -> assertThat(volume.getHostPath())
                        .isNotNull()
                        .extracting("path")
                        .isEqualTo("/var/lib/kvcachepool/local"));
    }

    @Test
    void aRestrictedPodGetsACacheNodeOfItsOwnWhichItsPoolCounts() {
        // Given
        var namespace = namespace("restricted");
        apply(namespace, "beside", spec("placement: Sidecar"));
        awaitInjection(namespace);
        // When
        var pod = made(namespace, pod("engine", ""));
        // Then
        assertThat(pod.getSpec().getInitContainers()).singleElement().satisfies(sidecar -> {
            assertThat(sidecar.getRestartPolicy()).isEqualTo("Always");
            assertThat(sidecar.getVolumeMounts())
                    .as("nobody's token")
                    .noneMatch(mount -> mount.getName().startsWith("kube-api-access"));
        });
        // The cluster's stand-in for a kubelet says that it runs.
        OperatorFixture.awaitCondition(namespace, "beside", "Ready", "True AllServing: 1 of 1 cache-nodes serve");
        assertThat(client().apps().daemonSets().inNamespace(namespace).list().getItems())
                .isEmpty();
        assertThat(client().services().inNamespace(namespace).list().getItems()).isEmpty();
        // When
        CLUSTER.kubectl("delete", "pod", "engine", "-n", namespace, "--grace-period=0", "--force")
                .mustSucceed();
        // Then
        OperatorFixture.awaitCondition(namespace, "beside", "Ready", "False NoNodes");
    }

    private static Secret certificate() {
        return client().secrets().inNamespace(SYSTEM).withName(SECRET).require();
    }

    private static String expired() {
        var end = Instant.now().minusSeconds(60);
        return Issued.selfSigned(List.of("127.0.0.1"), end.minus(Duration.ofDays(90)), end)
                .certificatePem();
    }

    @Test
    void aCertificateThatHasExpiredIsReplacedByItself() {
        // Given
        var namespace = namespace("restricted");
        apply(namespace, "shared", spec(""));
        awaitInjection(namespace);
        // When
        var old = BASE64.encodeToString(expired().getBytes(StandardCharsets.US_ASCII));
        client().resource(new SecretBuilder(certificate())
                        .addToData("tls.crt", old)
                        .addToData("ca.crt", old)
                        .build())
                .update();
        // Then
        await("there is another certificate")
                .untilAsserted(
                        () -> assertThat(certificate().getData().get("tls.crt")).isNotEqualTo(old));
        awaitInjection(namespace);
    }

    @Test
    void withoutAnOperatorPodsAreMadeAllTheSame() {
        // Given
        var namespace = namespace("restricted");
        apply(namespace, "shared", spec(""));
        awaitInjection(namespace);
        var next = OperatorFixture.startWaitingOperator("operator-after-injection");
        // When
        OperatorFixture.operator().kill();
        var pod = made(namespace, pod("engine", ""));
        // Then
        assertThat(annotations(pod)).doesNotContainKeys(INJECTED, SKIPPED);
        OperatorFixture.handOver(next);
        awaitInjection(namespace);
    }

    @Test
    void aCacheNodeIsScheduledWithTheDeviceThatItsEngineClaims() {
        // Given a Kubernetes node with one device, and a class and a template to claim it by
        var namespace = namespace("restricted");
        var node = client().nodes().list().getItems().getFirst().getMetadata().getName();
        CLUSTER.kubectlWith(devices(namespace, node), "apply", "-n", namespace, "-f", "-")
                .mustSucceed();
        apply(namespace, "beside", """
                placement: Sidecar
                router: {enabled: false}
                tiers: {host: {size: 64Mi}, gpu: {size: 64Mi, access: SidecarClaim}}
                adverts: {bootstrapServers: "%s", replication: 1}
                engines: {mode: Inject, selector: {matchLabels: {app: vllm}}}
                """.formatted(Fixture.broker().address()));
        var engine = pod("engine", "")
                .replace(
                        "  containers:",
                        "  resourceClaims: [{name: gpu, resourceClaimTemplateName: one}]\n  containers:")
                .replace("      image: vllm", "      image: vllm\n      resources: {claims: [{name: gpu}]}");
        await("pods are given a cache-node")
                .untilAsserted(() -> assertThat(annotations(made(namespace, engine, "--dry-run=server")))
                        .containsKey(INJECTED));
        // When
        var pod = made(namespace, engine);
        var none = make(namespace, pod("none", "")).mustSucceed();
        // Then both containers use the one claim, and it is theirs
        assertThat(pod.getSpec().getInitContainers().getFirst().getResources().getClaims())
                .isEqualTo(
                        pod.getSpec().getContainers().getFirst().getResources().getClaims())
                .hasSize(1);
        await("it is scheduled with its device")
                .untilAsserted(() -> assertThat(client().resources(ResourceClaim.class)
                                .inNamespace(namespace)
                                .list()
                                .getItems())
                        .singleElement()
                        .satisfies(claim -> {
                            assertThat(claim.getStatus()
                                            .getAllocation()
                                            .getDevices()
                                            .getResults())
                                    .hasSize(1);
                            assertThat(claim.getStatus().getReservedFor())
                                    .extracting(user -> user.getName())
                                    .containsExactly("engine");
                        }));
        assertThat(none).contains(SKIPPED).contains("has no resources.claims");
    }
}
