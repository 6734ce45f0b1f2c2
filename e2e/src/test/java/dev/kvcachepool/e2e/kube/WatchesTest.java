package dev.kvcachepool.e2e.kube;

import static dev.kvcachepool.e2e.kube.ApiUnderTest.configMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Watches: over WebSockets, as Fabric8 does it, and as a chunked answer. */
class WatchesTest {
    private final ApiUnderTest under = new ApiUnderTest();
    private final Queue<String> seen = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        under.close();
    }

    @Test
    void anInformerSeesWhatIsThereAndWhatChanges() {
        // Given
        under.client.resource(configMap("early", Map.of("x", "0"))).create();
        try (var informer = under.client.configMaps().inform(recorder())) {
            // When
            under.client.resource(configMap("late", Map.of("x", "1"))).create();
            under.client.resource(configMap("late", Map.of("x", "2"))).update();
            under.client.configMaps().withName("late").delete();
            // Then
            await().untilAsserted(() -> assertThat(seen).containsExactly("+early 0", "+late 1", "~late 2", "-late 2"));
            assertThat(informer.isWatching()).isTrue();
        }
    }

    @Test
    void anObjectThatEntersOrLeavesASelectorComesAndGoes() {
        // Given
        try (var watch = under.client.configMaps().withLabel("on", "yes").watch(watcher())) {
            under.client.resource(configMap("a", Map.of())).create();
            // When
            label("yes");
            label("no");
            label("yes");
            // Then
            await().untilAsserted(() -> assertThat(seen).containsExactly("ADDED a", "DELETED a", "ADDED a"));
            assertThat(watch).isNotNull();
        }
    }

    @Test
    void aWatchGoesOnFromAVersion() {
        // Given
        var first = under.client.resource(configMap("a", Map.of())).create();
        under.client.resource(configMap("b", Map.of())).create();
        var from = first.getMetadata().getResourceVersion();
        // When
        try (var watch = under.client.configMaps().withResourceVersion(from).watch(watcher())) {
            // Then
            await().untilAsserted(() -> assertThat(seen).containsExactly("ADDED b"));
            assertThat(watch).isNotNull();
        }
    }

    @Test
    void aChunkedWatchIsOneEventALine() throws Exception {
        // Given
        under.client.resource(configMap("a", Map.of())).create();
        var path = "/api/v1/namespaces/default/configmaps?watch=true&timeoutSeconds=1&allowWatchBookmarks=true";
        // When
        List<String> lines;
        try (var answer = new BufferedReader(new InputStreamReader(
                URI.create(under.api.url() + path).toURL().openStream(), StandardCharsets.UTF_8))) {
            lines = answer.lines().toList();
        }
        // Then
        assertThat(lines).singleElement().asString().startsWith("{\"type\":\"ADDED\",\"object\":{");
    }

    @Test
    void aVersionThatIsNotKnownIsGone() throws Exception {
        // Given
        var path = "/api/v1/configmaps?watch=true&resourceVersion=999999999";
        var connection = (java.net.HttpURLConnection)
                URI.create(under.api.url() + path).toURL().openConnection();
        // When
        var code = connection.getResponseCode();
        // Then
        assertThat(code).isEqualTo(410);
    }

    private void label(String value) {
        under.client
                .configMaps()
                .withName("a")
                .edit(map -> new ConfigMapBuilder(map)
                        .editMetadata()
                        .addToLabels("on", value)
                        .endMetadata()
                        .build());
    }

    private Watcher<ConfigMap> watcher() {
        return new Watcher<>() {
            @Override
            public void eventReceived(Action action, ConfigMap map) {
                seen.add(action + " " + map.getMetadata().getName());
            }

            @Override
            public void onClose(WatcherException cause) {
                seen.add("closed: " + cause);
            }
        };
    }

    private ResourceEventHandler<ConfigMap> recorder() {
        return new ResourceEventHandler<>() {
            @Override
            public void onAdd(ConfigMap map) {
                seen.add("+" + text(map));
            }

            @Override
            public void onUpdate(ConfigMap old, ConfigMap now) {
                seen.add("~" + text(now));
            }

            @Override
            public void onDelete(ConfigMap map, boolean unknown) {
                seen.add("-" + text(map));
            }
        };
    }

    private static String text(ConfigMap map) {
        return map.getMetadata().getName() + " " + map.getData().get("x");
    }
}
