package dev.kvcachepool.crds;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/reference.md is what the committed resource definitions say. {@code -Dgolden.write=true} writes it anew. */
class ReferenceTest {
    private static final Path PAGE = Path.of(System.getProperty("kvp.root", ".."), "docs/reference.md");

    @Test
    void theCommittedPageIsTheOneMadeFromTheDefinitions() throws Exception {
        // When
        var page = "# API reference\n\nMade from `crds/`; `kubectl explain kvcachepool.spec` says the same.\n\n"
                + CommittedCrds.all().stream().map(Reference::of).collect(Collectors.joining("\n"));
        // Then
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE))
                .as("run: scripts/mvn -pl crds test -Dgolden.write=true, twice")
                .isEqualTo(page);
    }
}
