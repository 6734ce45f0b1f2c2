package dev.kvcachepool.e2e.kube.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.kvcachepool.e2e.kube.model.ApiFailure;
import dev.kvcachepool.e2e.kube.model.Json;
import dev.kvcachepool.e2e.kube.model.ResourceType;
import dev.kvcachepool.e2e.kube.model.ResourceTypes;
import org.junit.jupiter.api.Test;

/** The bounds of the store: of what it remembers, and of what it keeps for a reader that is slow. */
class ObjectStoreTest {
    private final ObjectStore store = new ObjectStore();
    private final ResourceType maps = new ResourceTypes().builtIn("configmaps");

    @Test
    void aVersionThatIsForgottenIsGone() {
        // Given
        write(ObjectStore.HISTORY + 2);
        // When
        var refused = catchThrowableOfType(ApiFailure.class, () -> store.watch("configmaps", "", 1, () -> {}));
        // Then
        assertThat(refused.code()).isEqualTo(410);
    }

    @Test
    void aReaderThatIsTooSlowIsCutOff() {
        // Given
        var watcher = store.watch("configmaps", "", store.revision(), () -> {});
        // When
        write(Watcher.QUEUE + 1);
        // Then
        assertThat(watcher.overrun()).isTrue();
        assertThat(watcher.take(1)).isEmpty();
    }

    @Test
    void aReaderCatchesUpWithAllThatIsRemembered() {
        // Given
        write(ObjectStore.HISTORY);
        // When
        var watcher = store.watch("configmaps", "", 1, () -> {});
        // Then
        assertThat(watcher.overrun()).isFalse();
        assertThat(watcher.take(Integer.MAX_VALUE)).hasSize(ObjectStore.HISTORY);
    }

    private void write(int times) {
        for (int i = 0; i < times; i++) {
            var map = Json.object();
            map.putObject("metadata").put("name", "a").put("namespace", "n");
            store.put(maps, map);
        }
    }
}
