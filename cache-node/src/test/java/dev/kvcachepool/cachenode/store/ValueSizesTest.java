package dev.kvcachepool.cachenode.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.cachenode.key.EngineKey;
import dev.kvcachepool.cachenode.key.KeyParser;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ValueSizesTest {
    private final ValueSizes sizes = new ValueSizes(Map.of("told", 4000L));

    @Test
    void theSizeStoredLastIsKnownForTheRankAndGroupOnly() {
        // Given
        sizes.stored(mp("a", 2, 0, 0), 1000);
        // When
        sizes.stored(mp("a", 2, 0, 0), 2000);
        // Then
        assertThat(sizes.of(mp("a", 2, 0, 0))).isEqualTo(2000);
        assertThat(sizes.of(mp("a", 2, 1, 0))).isEqualTo(ValueSizes.UNKNOWN);
        assertThat(sizes.of(mp("a", 2, 0, 1))).isEqualTo(ValueSizes.UNKNOWN);
        assertThat(sizes.of(mp("a", 4, 0, 0))).isEqualTo(ValueSizes.UNKNOWN);
        assertThat(sizes.of(mp("b", 2, 0, 0))).isEqualTo(ValueSizes.UNKNOWN);
    }

    @Test
    void whatIsStoredCountsMoreThanWhatIsTold() {
        // Given
        assertThat(sizes.of(mp("told", 2, 1, 3))).isEqualTo(4000);
        // When
        sizes.stored(mp("told", 2, 1, 3), 5000);
        // Then
        assertThat(sizes.of(mp("told", 2, 1, 3))).isEqualTo(5000);
        assertThat(sizes.of(mp("told", 2, 0, 3))).isEqualTo(4000);
    }

    @Test
    void partsAndOpaqueKeysSayNothing() {
        // When
        sizes.stored(key("a@1@0@1f@halfkv_bytes"), 1000);
        sizes.stored(key("a@1@0@1f@halfmetadata"), 28);
        sizes.stored(key("a@1@0@1f@half@7"), 10);
        sizes.stored(key("opaque"), 10);
        // Then
        assertThat(sizes.snapshot()).isEmpty();
        assertThat(sizes.of(key("a@1@0@1f@half"))).isEqualTo(ValueSizes.UNKNOWN);
        assertThat(sizes.of(null)).isEqualTo(ValueSizes.UNKNOWN);
    }

    @Test
    void ofTooManyTheFirstAreForgotten() {
        // When
        for (int i = 0; i < ValueSizes.MOST + 10; i++) {
            sizes.stored(mp("m" + i, 1, 0, 0), 1000 + i);
        }
        // Then
        assertThat(sizes.snapshot()).hasSize(ValueSizes.MOST);
        assertThat(sizes.of(mp("m9", 1, 0, 0))).isEqualTo(ValueSizes.UNKNOWN);
        assertThat(sizes.of(mp("m10", 1, 0, 0))).isEqualTo(1010);
    }

    @Test
    void whatWasLearnedOutlivesARestart() {
        // Given
        sizes.stored(mp("org/a b", 2, 1, 3), 1000);
        sizes.stored(mp("c", 1, 0, 0), 2000);
        var next = new ValueSizes(Map.of());
        next.stored(mp("c", 1, 0, 0), 3000);
        // When
        int understood = next.restore(sizes.snapshot());
        // Then
        assertThat(understood).isEqualTo(2);
        assertThat(next.of(mp("org/a b", 2, 1, 3))).isEqualTo(1000);
        assertThat(next.of(mp("c", 1, 0, 0))).isEqualTo(3000);
    }

    @Test
    void brokenLinesArePassedOver() {
        // When
        int understood = sizes.restore(List.of(
                "",
                "x",
                "1000 1 0 0",
                "1000 1 0 0 ",
                "-1 1 0 0 a",
                "99999999999 1 0 0 a",
                "1000 1 0 0 a\u0000",
                "1 1 0 0 ok"));
        // Then
        assertThat(understood).isEqualTo(1);
        assertThat(sizes.snapshot()).containsExactly("1 1 0 0 ok");
    }

    @Test
    void aModelThatWouldBreakALineIsNotRemembered() {
        // When
        sizes.stored(key("a\nb@1@0@1f@half"), 1000);
        sizes.stored(key("m".repeat(2000) + "@1@0@1f@half"), 1000);
        // Then
        assertThat(sizes.snapshot()).isEmpty();
    }

    private static EngineKey mp(String model, int world, int rank, int group) {
        return key("%s@%02x%02x%02x%02x@%x@%064d".formatted(model, world, rank, world, rank, group, 1));
    }

    private static EngineKey key(String text) {
        return KeyParser.parse(text.getBytes(StandardCharsets.UTF_8));
    }
}
