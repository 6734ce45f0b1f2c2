package dev.kvcachepool.bench.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorkplaceTest {

    @Test
    void processesEndAndFoldersGoWithIt() throws Exception {
        // Given
        var workplace = new Workplace();
        var folder = workplace.folder();
        Files.writeString(Files.createDirectory(folder.resolve("sub")).resolve("file"), "text");
        var process =
                ServerProcess.start(workplace, "sleeper", List.of("sh", "-c", "echo serving; sleep 60"), Map.of());
        process.awaitLine("serving");
        var handle = process.tree().top();
        // When
        workplace.close();
        // Then
        assertThat(handle.isAlive()).isFalse();
        assertThat(folder).doesNotExist();
    }

    @Test
    void aServerThatDoesNotStartTellsWhy() throws Exception {
        // Given
        try (var workplace = new Workplace()) {
            var process = ServerProcess.start(
                    workplace, "broken", List.of("sh", "-c", "echo no such flag; exit 1"), Map.of());
            // Then
            assertThatThrownBy(() -> process.awaitLine("serving"))
                    .hasMessageContaining("broken does not start")
                    .hasMessageContaining("no such flag");
        }
    }

    @Test
    void aPeerThatIsNotInstalledIsLeftOutWithItsReason() throws Exception {
        // Given a project without Infinispan's libraries
        var root = Files.createTempDirectory("root");
        var reasons = new java.util.LinkedHashMap<String, String>();
        // When
        var present = new Peers(root).present(List.of("infinispan", "bare"), reasons);
        // Then
        assertThat(present.keySet()).extracting(Peer::name).containsExactly("bare");
        assertThat(reasons.get("infinispan")).contains("scripts/bench-tools");
        Files.delete(root);
    }
}
