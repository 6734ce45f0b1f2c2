package dev.kvcachepool.operator.inject;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvcachepool.operator.inject.Pods.PoolOf;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InjectionTest {
    private static final String ENGINE = """
            metadata: {generateName: vllm-, labels: {app: vllm}}
            spec:
              containers:
                - {name: vllm, image: vllm, env: [{name: PYTHONHASHSEED, value: "7"}]}
                - {name: metrics, image: metrics}
            """;
    private static final String POOL = "engines: {mode: Inject, selector: {matchLabels: {app: vllm}}}";
    private static final String LOCAL = """
            placement: NodeLocal
            protocols: {local: {hostPath: /var/lib/kv}}
            engines: {mode: Inject, selector: {matchLabels: {app: vllm}}}
            """;

    private static final String SIDECAR = """
            placement: Sidecar
            engines: {mode: Inject, selector: {matchLabels: {app: vllm}}}
            imagePullSecrets: [{name: mirror}]
            template: {volumes: [{name: dumps, mountPath: /dumps, readOnly: false, emptyDir: 1Gi}]}
            """;

    private static final String GPU = SIDECAR.replace(
            "imagePullSecrets:",
            "tiers: {host: {size: 64Mi}, gpu: {size: 1Gi, access: SidecarClaim}}\nimagePullSecrets:");
    private static final String CLAIMING = """
            metadata: {generateName: vllm-, labels: {app: vllm}}
            spec:
              resourceClaims: [{name: gpu, resourceClaimTemplateName: one}, {name: nic, resourceClaimTemplateName: fast}]
              containers:
                - {name: vllm, image: vllm, resources: {claims: [{name: gpu, request: first}]}}
                - {name: metrics, image: metrics, resources: {claims: [{name: nic}]}}
            """;

    private static Outcome of(String pod, PodSecurity security, PoolOf... pools) {
        return Injection.of(Pods.read(pod), Pods.pools(pools), security, Pods.RELEASE);
    }

    private static JsonNode given(String pod, PoolOf... pools) {
        var outcome = of(pod, PodSecurity.privileged, pools);
        assertThat(outcome).isInstanceOf(Outcome.Injected.class);
        return Pods.patched(Pods.read(pod), outcome);
    }

    private static String reason(String pod, PodSecurity security, PoolOf... pools) {
        var outcome = of(pod, security, pools);
        assertThat(outcome).isInstanceOf(Outcome.Skipped.class);
        var reason = ((Outcome.Skipped) outcome).reason();
        assertThat(Pods.patched(Pods.read(pod), outcome)
                        .at("/metadata/annotations/kvcachepool.dev~1injection-skipped")
                        .asText())
                .isEqualTo(reason);
        return reason;
    }

    @Test
    void anEngineIsGivenTheConnectionSettings() {
        // When
        var pod = given(ENGINE, new PoolOf("shared", POOL + "\nmodels: [" + Pods.MODEL + "]"));
        // Then
        assertThat(pod.at("/metadata/annotations/kvcachepool.dev~1injected").asText())
                .isEqualTo("shared");
        assertThat(pod.at("/spec/volumes/0/configMap/name").asText()).isEqualTo("shared-connection");
        assertThat(pod.at("/spec/containers/0/volumeMounts/0/mountPath").asText())
                .isEqualTo("/etc/kvcachepool");
        var environment = Pods.environment(pod, 0);
        assertThat(environment)
                .containsEntry("KVP_RESP_URL", "redis://shared.team.svc:6379")
                .containsEntry("LMCACHE_CONFIG_FILE", "/etc/kvcachepool/lmcache-llama.yaml")
                .as("what the pod says itself")
                .containsEntry("PYTHONHASHSEED", "7");
        assertThat(Pods.read(environment.get("KVP_VLLM_KV_TRANSFER"))
                        .path("kv_connector")
                        .asText())
                .isEqualTo("LMCacheConnectorV1");
        assertThat(Pods.read(environment.get("KVP_SGLANG_HICACHE"))
                        .path("backend_name")
                        .asText())
                .isEqualTo("kvcachepool");
        assertThat(pod.at("/spec/containers/1")).isEqualTo(Pods.read(ENGINE).at("/spec/containers/1"));
    }

    @Test
    void theContainersAreThoseThatAnAnnotationNames() {
        // Given
        var pod =
                ENGINE.replace("labels:", "annotations: {kvcachepool.dev/engine-container: 'metrics, vllm'}, labels:");
        // When
        var given = given(pod, new PoolOf("shared", POOL));
        // Then
        assertThat(given.at("/spec/containers/0/volumeMounts")).hasSize(1);
        assertThat(given.at("/spec/containers/1/volumeMounts")).hasSize(1);
    }

    @Test
    void theModelIsTheOneThatAnAnnotationNames() {
        // Given
        var models = "\nmodels: [" + Pods.MODEL + ", " + Pods.MODEL.replace("llama", "qwen") + "]";
        var pod = ENGINE.replace("labels:", "annotations: {kvcachepool.dev/model: qwen}, labels:");
        // When
        var told = given(pod, new PoolOf("shared", POOL + models));
        var untold = given(ENGINE, new PoolOf("shared", POOL + models));
        // Then
        assertThat(Pods.environment(told, 0))
                .containsEntry("LMCACHE_CONFIG_FILE", "/etc/kvcachepool/lmcache-qwen.yaml");
        assertThat(Pods.environment(untold, 0)).doesNotContainKey("LMCACHE_CONFIG_FILE");
    }

    @Test
    void socketsAreMountedWhereTheNamespaceTakesHostPaths() {
        // When
        var pod = given(ENGINE, new PoolOf("local", LOCAL));
        // Then
        assertThat(pod.at("/spec/volumes/1/hostPath/path").asText()).isEqualTo("/var/lib/kv");
        assertThat(pod.at("/spec/containers/0/volumeMounts/1"))
                .isEqualTo(Pods.read("mountPath: /run/kvcachepool\nname: kvcachepool-sockets\nreadOnly: true\n"));
    }

    @ParameterizedTest
    @CsvSource({"restricted", "baseline"})
    void anEngineIsSkippedWhereTheNamespaceRefusesHostPaths(PodSecurity security) {
        assertThat(reason(ENGINE, security, new PoolOf("local", LOCAL)))
                .startsWith("spec.protocols.local of pool local needs a hostPath volume, which the namespace's Pod"
                        + " Security level " + security + " refuses");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            labels: | annotations: {kvcachepool.dev/model: gpt}, labels: | its annotation kvcachepool.dev/model is 'gpt', which pool shared does not declare; spec.models has llama
            labels: | annotations: {kvcachepool.dev/engine-container: engine}, labels: | its annotation kvcachepool.dev/engine-container names 'engine', which is no container of it; it has vllm, metrics
            spec: | spec: {volumes: [{name: kvcachepool-connection, emptyDir: {}}], | it has a volume kvcachepool-connection of its own: give that another name
            image: vllm, | image: vllm, volumeMounts: [{name: x, mountPath: /etc/}], | its container vllm mounts x at /etc/, where the pool's /etc/kvcachepool shall be
            spec: | spec: {os: {name: windows}, | it is a pod of Windows, which the pool's sockets and files are not made for
            """)
    void whatIsInTheWayIsNamed(String text, String changed, String message) {
        // Given
        var pod = ENGINE.replaceFirst(text, changed);
        if (changed.startsWith("spec: {")) {
            pod = pod.replaceFirst("(?s)  containers:.*", "  containers: [{name: vllm}]}");
        }
        // When
        var reason = reason(pod, PodSecurity.restricted, new PoolOf("shared", POOL + "\nmodels: [" + Pods.MODEL + "]"));
        // Then
        assertThat(reason).isEqualTo(message);
    }

    @Test
    void aSidecarIsRestrictedWhateverThePodIs() {
        // When
        var pod = given(ENGINE, new PoolOf("beside", SIDECAR));
        // Then
        var sidecar = pod.at("/spec/initContainers/0");
        assertThat(sidecar.path("name").asText()).isEqualTo("kvcachepool-cache-node");
        assertThat(sidecar.path("restartPolicy").asText()).isEqualTo("Always");
        assertThat(sidecar.path("securityContext")).isEqualTo(Pods.read("""
                allowPrivilegeEscalation: false
                capabilities: {drop: [ALL]}
                readOnlyRootFilesystem: true
                runAsNonRoot: true
                seccompProfile: {type: RuntimeDefault}
                """));
        assertThat(sidecar.has("readinessProbe")).isFalse();
        assertThat(sidecar.at("/startupProbe/httpGet/port").asInt()).isEqualTo(9400);
        assertThat(sidecar.path("ports").findValuesAsText("name")).allMatch(name -> name.startsWith("kvp-"));
        assertThat(sidecar.at("/envFrom/0/configMapRef/name").asText()).isEqualTo("beside-config");
        assertThat(pod.at("/metadata/labels/kvcachepool.dev~1sidecar-of").asText())
                .isEqualTo("beside");
        assertThat(pod.at("/spec/imagePullSecrets"))
                .isEqualTo(Pods.read("a: [{name: mirror}]").path("a"));
        // Then each mount has its volume
        var volumes = pod.at("/spec/volumes").findValuesAsText("name");
        assertThat(volumes).contains("kvcachepool-sockets", "kvcachepool-tmp", "kvcachepool-extra-dumps");
        assertThat(volumes).containsAll(sidecar.path("volumeMounts").findValuesAsText("name"));
        assertThat(volumes)
                .containsAll(pod.at("/spec/containers/0/volumeMounts").findValuesAsText("name"));
        assertThat(pod.at("/spec/volumes").findValues("hostPath")).isEmpty();
        assertThat(Pods.environment(pod, 0)).containsEntry("KVP_RESP_URL", "redis://127.0.0.1:6379");
        assertThat(Pods.environment(pod, 0).get("KVP_SGLANG_HICACHE")).contains("unix:///run/kvcachepool/resp.sock");
    }

    @Test
    void whatTheApiServerAndOthersAddToASidecarIsNoReasonToTakeItForAnothers() {
        // Given
        var pods = Pods.pools(new PoolOf("beside", SIDECAR));
        var pod = given(ENGINE, new PoolOf("beside", SIDECAR));
        var sidecar = (ObjectNode) pod.at("/spec/initContainers/0");
        sidecar.put("terminationMessagePath", "/dev/termination-log");
        sidecar.withArray("/volumeMounts").addObject().put("name", "mesh").put("mountPath", "/mesh");
        sidecar.withArray("/env").insertObject(0).put("name", "MESH").put("value", "1");
        ((ObjectNode) pod.at("/spec/volumes/0/configMap")).put("optional", false);
        // When
        var again = Injection.of(pod, pods, PodSecurity.restricted, Pods.RELEASE);
        // Then
        assertThat(again).isInstanceOf(Outcome.Injected.class);
        assertThat(Pods.patched(pod, again)).isEqualTo(pod);
        // When it is another's
        sidecar.put("image", "other");
        var others = Injection.of(pod, pods, PodSecurity.restricted, Pods.RELEASE);
        // Then
        assertThat(others).isInstanceOf(Outcome.Skipped.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            image: vllm, | image: vllm, ports: [{containerPort: 6379}], | its container vllm has port 6379, which its cache-node would have: choose another in spec.protocols, or there
            spec: | spec: {hostNetwork: true, | it uses the Kubernetes node's network, where the ports of its cache-node may be taken
            spec: | spec: {initContainers: [{name: kvcachepool-cache-node}], | it has an init container kvcachepool-cache-node of its own: give that another name
            """)
    void whatIsInASidecarsWayIsNamed(String text, String changed, String message) {
        // Given
        var pod = ENGINE.replaceFirst(text, changed);
        if (changed.startsWith("spec: {")) {
            pod = pod.replaceFirst("(?s)  containers:.*", "  containers: [{name: vllm}]}");
        }
        // Then
        assertThat(reason(pod, PodSecurity.restricted, new PoolOf("beside", SIDECAR)))
                .isEqualTo(message);
    }

    @Test
    void onePoolIsNoBetterThanAnother() {
        assertThat(reason(ENGINE, PodSecurity.privileged, new PoolOf("b", POOL), new PoolOf("a", POOL)))
                .startsWith("the pools a and b select it with spec.engines.selector");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            engines: {mode: Config, selector: {matchLabels: {app: vllm}}}
            engines: {mode: Inject, selector: {matchLabels: {app: sglang}}}
            engines: {mode: Inject, selector: {}}
            engines: {mode: Inject, selector: {matchExpressions: [{key: app, operator: NotIn, values: [vllm]}]}}
            engines: {mode: Inject, selector: {matchExpressions: [{key: app, operator: DoesNotExist}]}}
            engines: {mode: Inject, selector: {matchExpressions: [{key: app, operator: Near, values: [vllm]}]}}
            """)
    void otherPodsAreLeftAlone(String engines) {
        assertThat(of(ENGINE, PodSecurity.privileged, new PoolOf("shared", engines)))
                .isEqualTo(new Outcome.Untouched());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            engines: {mode: Inject, selector: {matchExpressions: [{key: app, operator: In, values: [vllm]}]}}
            engines: {mode: Inject, selector: {matchExpressions: [{key: app, operator: Exists}]}}
            engines: {mode: Inject, selector: {matchExpressions: [{key: tier, operator: NotIn, values: [web]}]}}
            """)
    void expressionsAreReadAsKubernetesReadsThem(String engines) {
        assertThat(of(ENGINE, PodSecurity.privileged, new PoolOf("shared", engines)))
                .isInstanceOf(Outcome.Injected.class);
    }

    @ParameterizedTest
    @CsvSource({"kvcachepool.dev/inject: 'false'", "app.kubernetes.io/managed-by: kvcachepool-operator"})
    void aPodThatWantsNothingIsLeftAlone(String label) {
        assertThat(of(
                        ENGINE.replace("app: vllm", "app: vllm, " + label),
                        PodSecurity.privileged,
                        new PoolOf("p", POOL)))
                .isEqualTo(new Outcome.Untouched());
    }

    @Test
    void aPoolThatIsGoingGivesNothing() {
        // Given
        var pools = Pods.pools(new PoolOf("p", POOL));
        pools.getFirst().getMetadata().setDeletionTimestamp("2026-11-30T08:00:00Z");
        // When
        var outcome = Injection.of(Pods.read(ENGINE), pools, PodSecurity.privileged, Pods.RELEASE);
        // Then
        assertThat(outcome).isEqualTo(new Outcome.Untouched());
    }

    @Test
    void whatWasSkippedOnceIsGivenAllWhenTheReasonIsGone() {
        // Given
        var skipped = Pods.patched(
                Pods.read(ENGINE), of(ENGINE, PodSecurity.privileged, new PoolOf("a", POOL), new PoolOf("b", POOL)));
        // When
        var outcome = Injection.of(skipped, Pods.pools(new PoolOf("a", POOL)), PodSecurity.privileged, Pods.RELEASE);
        // Then
        assertThat(Pods.patched(skipped, outcome).path("metadata").path("annotations"))
                .isEqualTo(Pods.read("kvcachepool.dev/injected: a\n"));
        assertThat(List.of(outcome)).hasOnlyElementsOfType(Outcome.Injected.class);
    }

    @Test
    void withTlsAnEngineIsGivenWhatSpeaksIt() {
        // When
        var pod = given(ENGINE, new PoolOf("shared", POOL + "\nsecurity: {tls: {secretRef: {name: pool-tls}}}"));
        // Then: LMCache's native client, which has none, is not among it
        assertThat(Pods.environment(pod, 0))
                .containsEntry("KVP_RESP_URL", "rediss://shared.team.svc:6379")
                .doesNotContainKey("KVP_LMCACHE_L2_ADAPTER");
    }

    @Test
    void aCacheNodeBesideAnEngineHasAllThatItsContainerMounts() {
        // When
        var pod = given(ENGINE, new PoolOf("beside", SIDECAR + """

                                security:
                                  tls: {secretRef: {name: pool-tls}}
                                  auth: {secretRef: {name: users}}
                                  tenants: [{name: a, saltsSecretRef: {name: a}, quota: {host: 16Mi}}]
                                """));
        // Then
        var volumes = pod.at("/spec/volumes").findValuesAsText("name");
        assertThat(pod.at("/spec/initContainers/0/volumeMounts").findValuesAsText("name"))
                .isNotEmpty()
                .allMatch(volumes::contains);
    }

    @Test
    void aCacheNodeSharesTheDeviceThatTheEngineClaims() {
        // When
        var pod = given(CLAIMING, new PoolOf("beside", GPU));
        // Then
        assertThat(pod.at("/spec/initContainers/0/resources/claims"))
                .isEqualTo(Pods.read("claims: [{name: gpu, request: first}]").path("claims"));
        assertThat(pod.at("/spec/initContainers/0/resources/limits/memory").asText())
                .isNotEmpty();
        assertThat(pod.at("/spec/resourceClaims")).isEqualTo(Pods.read(CLAIMING).at("/spec/resourceClaims"));
        // And once more, it gets nothing more
        assertThat(Injection.of(pod, Pods.pools(new PoolOf("beside", GPU)), PodSecurity.privileged, Pods.RELEASE))
                .isInstanceOfSatisfying(
                        Outcome.Injected.class,
                        again -> assertThat(again.patch()).isEmpty());
    }

    @Test
    void ofSeveralClaimsOneIsNamed() {
        // Given
        var both = CLAIMING.replace("request: first}", "request: first}, {name: nic}");
        // When
        var named = given(
                both.replace("labels:", "annotations: {kvcachepool.dev/gpu-claim: gpu}, labels:"),
                new PoolOf("beside", GPU));
        // Then
        assertThat(named.at("/spec/initContainers/0/resources/claims/0/name").asText())
                .isEqualTo("gpu");
        assertThat(reason(both, PodSecurity.privileged, new PoolOf("beside", GPU)))
                .startsWith("the engine's containers claim several devices (gpu/first, nic): name in annotation"
                        + " kvcachepool.dev/gpu-claim");
    }

    @Test
    void anEngineWithoutTheClaimIsSkipped() {
        // When, Then
        assertThat(reason(ENGINE, PodSecurity.privileged, new PoolOf("beside", GPU)))
                .startsWith(
                        "spec.tiers.gpu of pool beside shares the device that the engine claims, and its container vllm has"
                                + " no resources.claims");
        assertThat(reason(
                        CLAIMING.replace("labels:", "annotations: {kvcachepool.dev/gpu-claim: nic}, labels:"),
                        PodSecurity.privileged,
                        new PoolOf("beside", GPU)))
                .isEqualTo(
                        "its annotation kvcachepool.dev/gpu-claim names 'nic', which is no resource claim of the engine's"
                                + " containers; they have gpu/first");
    }
}
