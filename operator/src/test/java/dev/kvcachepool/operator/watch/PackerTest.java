package dev.kvcachepool.operator.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PackerTest {
    private final Packer packer = new Packer();
    private final Random random = new Random(8);

    /** Texts of the same seed differ in their names only. */
    private static byte[] text(String name, int seed, int length) {
        var random = new Random(seed);
        var text = new StringBuilder(name);
        while (text.length() < length) {
            text.append(Integer.toString(random.nextInt(), 36)).append(random.nextInt(10) == 0 ? name : ":");
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void whatIsLikeAnExampleTakesLittle() {
        // Given
        var text = text("pool-17", 1, 4000);
        var example = text("pool-16", 1, 4000);
        // When
        var alone = packer.pack(text, null);
        var byExample = packer.pack(text, example);
        // Then
        assertThat(byExample).hasSizeLessThan(alone.length / 3);
        assertThat(Packer.unpack(byExample, example)).isEqualTo(text);
        assertThat(Packer.unpack(alone, example)).isEqualTo(text);
        assertThat(Packer.unpack(alone, null)).isEqualTo(text);
    }

    @Test
    void anyBytesComeBack() {
        for (var length : new int[] {0, 1, 4095, 4096, 4097, 100_000}) {
            // Given
            var bytes = new byte[length];
            random.nextBytes(bytes);
            // When
            var packed = packer.pack(bytes, bytes);
            // Then
            assertThat(Packer.unpack(packed, bytes)).isEqualTo(bytes);
        }
    }

    @Test
    void withoutItsDictionaryNothingIsGuessed() {
        // Given
        var packed = packer.pack(text("a", 1, 1000), text("b", 1, 1000));
        // When, Then
        assertThatThrownBy(() -> Packer.unpack(packed, null)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Packer.unpack(packed, new byte[] {1})).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theFirstTextsAreTheDictionaryForGood() {
        // Given
        var examples = new Examples();
        examples.show(text("a", 1, 30_000));
        assertThat(examples.dictionary()).isNull();
        examples.show(text("b", 2, 30_000));
        var dictionary = examples.dictionary();
        // When
        examples.show(text("c", 3, 30_000));
        // Then
        assertThat(dictionary).hasSize(Packer.LONGEST_DICTIONARY);
        assertThat(examples.dictionary()).isSameAs(dictionary);
    }
}
