package dev.kvcachepool.operator.inject;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvcachepool.operator.inject.Pods.PoolOf;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pods as they come, by the hundred: whatever they have, it stays. Each prints its seed when it fails. */
class InjectionPropertyTest {
    private static final List<PodSecurity> LEVELS =
            List.of(PodSecurity.privileged, PodSecurity.baseline, PodSecurity.restricted);
    private static final List<PoolOf> POOLS = List.of(
            new PoolOf("shared", "engines: {mode: Inject, selector: {matchLabels: {app: vllm}}}"),
            new PoolOf("local", """
                    placement: NodeLocal
                    protocols: {local: {hostPath: /var/lib/kv}}
                    engines: {mode: Inject, selector: {matchLabels: {app: sglang}}}
                    """),
            new PoolOf("beside", """
                    placement: Sidecar
                    engines: {mode: Inject, selector: {matchLabels: {app: llama}}}
                    """));

    /** {@code -Dinjection.seed=…} runs one of them again. */
    static LongStream seeds() {
        var one = Long.getLong("injection.seed");
        return one == null ? new Random().longs(300) : LongStream.of(one);
    }

    /** A pod of any form that an API server lets pass. */
    private record AnyPod(Random random) {
        ObjectNode make() {
            var pod = Json.MAPPER.createObjectNode();
            var metadata = pod.putObject("metadata").put("generateName", "pod-");
            if (random.nextInt(8) > 0) {
                metadata.putObject("labels").put("app", any("vllm", "sglang", "llama", "web"));
            }
            if (random.nextBoolean()) {
                metadata.putObject("annotations").put("example.com/note", "a/b~c");
            }
            var spec = pod.putObject("spec");
            security(spec, "runAsUser", "fsGroup", "runAsNonRoot");
            if (random.nextBoolean()) {
                var volumes = spec.putArray("volumes");
                volumes.addObject()
                        .put("name", any("data", "kvcachepool-connection", "kvcachepool-sockets"))
                        .putObject("emptyDir");
            }
            containers(spec, "initContainers", random.nextInt(3));
            containers(spec, "containers", 1 + random.nextInt(3));
            return pod;
        }

        private void containers(ObjectNode spec, String name, int number) {
            var list = spec.putArray(name);
            for (int i = 0; i < number; i++) {
                var container = list.addObject()
                        .put("name", name.toLowerCase(Locale.ROOT) + i)
                        .put("image", "i");
                security(container, "privileged", "runAsUser", "readOnlyRootFilesystem");
                if (random.nextBoolean()) {
                    container
                            .putArray("env")
                            .addObject()
                            .put("name", any("PYTHONHASHSEED", "HOME", "LMCACHE_CONFIG_FILE"))
                            .put("value", "own");
                }
                if (random.nextBoolean()) {
                    container
                            .putArray("volumeMounts")
                            .addObject()
                            .put("name", "data")
                            .put("mountPath", any("/data", "/etc", "/run/kvcachepool/x", "/"));
                }
            }
        }

        private void security(ObjectNode owner, String... fields) {
            if (random.nextBoolean()) {
                owner.putObject("securityContext").put(any(fields), random.nextBoolean());
            }
        }

        private String any(String... texts) {
            return texts[random.nextInt(texts.length)];
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatAPodHasStaysAndNothingIsGivenTwice(long seed) {
        // Given
        var random = new Random(seed);
        var pod = new AnyPod(random).make();
        var security = LEVELS.get(random.nextInt(LEVELS.size()));
        var pools = Pods.pools(POOLS.toArray(PoolOf[]::new));
        // When
        var outcome = Injection.of(pod, pools, security, Pods.RELEASE);
        var after = Pods.patched(pod, outcome);
        var again = Injection.of(after, pools, security, Pods.RELEASE);
        // Then
        var note = "seed " + seed + ": " + pod + " became " + after;
        assertKept(note, pod, after);
        assertThat(securityContexts(after)).as(note).isEqualTo(securityContexts(pod));
        assertThat(again).as(note).hasSameClassAs(outcome);
        assertThat(Pods.patched(after, again)).as(note).isEqualTo(after);
        if (outcome instanceof Outcome.Skipped) {
            assertThat(after.path("spec")).as(note).isEqualTo(pod.path("spec"));
        }
        if (security != PodSecurity.privileged) {
            assertThat(after.at("/spec/volumes").findValues("hostPath"))
                    .as(note)
                    .isEmpty();
        }
    }

    /** All that was there is there, in its place. */
    private static void assertKept(String note, JsonNode before, JsonNode after) {
        if (before.isObject()) {
            before.properties().forEach(field -> assertKept(note, field.getValue(), after.path(field.getKey())));
        } else if (before.isArray()) {
            for (int i = 0; i < before.size(); i++) {
                assertKept(note, before.get(i), after.path(i));
            }
        } else {
            assertThat(after).as(note).isEqualTo(before);
        }
    }

    private static ArrayNode securityContexts(JsonNode pod) {
        var all = Json.MAPPER.createArrayNode().add(pod.at("/spec/securityContext"));
        for (var kind : List.of("initContainers", "containers")) {
            for (var container : pod.at("/spec/" + kind)) {
                if (!container.path("name").asText().equals("kvcachepool-cache-node")) {
                    all.add(container.path("securityContext"));
                }
            }
        }
        return all;
    }
}
