package dev.kvcachepool.cachenode.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.cachenode.key.KeyParser;
import dev.kvcachepool.cachenode.store.ValueSizes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptSizesTest {
    private static final byte[] KEY = ("some/model 8b@02010200@0@" + "ab".repeat(32)).getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path folder;

    @Test
    void whatOneProcessLearnsTheNextOneKnows() {
        // Given
        var learned = new ValueSizes(Map.of());
        var kept = new KeptSizes(folder, learned);
        kept.restore();
        learned.stored(KeyParser.parse(KEY), 33_554_432);
        kept.keep();
        // When
        var next = new ValueSizes(Map.of());
        new KeptSizes(folder, next).restore();
        // Then
        assertThat(next.of(KeyParser.parse(KEY))).isEqualTo(33_554_432);
    }

    @Test
    void aFileOfNonsenseIsPassedOver() throws IOException {
        // Given
        Files.write(folder.resolve("value-sizes"), new byte[] {1, (byte) 0xff, 10, 'x', ' ', 10});
        var sizes = new ValueSizes(Map.of());
        // When
        new KeptSizes(folder, sizes).restore();
        // Then
        assertThat(sizes.snapshot()).isEmpty();
    }
}
