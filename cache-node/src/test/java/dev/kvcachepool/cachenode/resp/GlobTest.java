package dev.kvcachepool.cachenode.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {

    @ParameterizedTest
    @CsvSource({
        "*, anything, true",
        "*, '', true",
        "'', '', true",
        "'', a, false",
        "a*c, abc, true",
        "a*c, abd, false",
        "a*b*c, aXbYbZc, true",
        "h?llo, hello, true",
        "h?llo, hllo, false",
        "h[ae]llo, hallo, true",
        "h[ae]llo, hillo, false",
        "h[^e]llo, hallo, true",
        "h[^e]llo, hello, false",
        "h[a-c]llo, hbllo, true",
        "h[c-a]llo, hbllo, true",
        "\\*, *, true",
        "\\*, a, false",
        "a\\, a\\, true",
        "[, a, false",
        "[a, a, true",
        "[a-, -, true",
        "[\\]], ], true",
        "[], a, false",
        "**a, bca, true",
    })
    void matchesAsRedisDoes(String pattern, String text, boolean matches) {
        assertThat(new Glob(bytes(pattern)).matches(bytes(text))).isEqualTo(matches);
    }

    @Test
    void hostilePatternsTakeNoTime() {
        var glob = new Glob(bytes("a*".repeat(500) + "b"));
        var text = bytes("a".repeat(4000));
        Assertions.assertThatCode(() -> org.junit.jupiter.api.Assertions.assertTimeout(
                        Duration.ofSeconds(5),
                        () -> assertThat(glob.matches(text)).isFalse()))
                .doesNotThrowAnyException();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
