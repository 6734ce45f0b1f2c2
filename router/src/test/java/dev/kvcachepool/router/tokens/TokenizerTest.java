package dev.kvcachepool.router.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TokenizerTest {
    private static final int ANY = Integer.MAX_VALUE;

    static List<String> kinds() {
        return TestTokenizers.KINDS;
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void tokenizesAsHuggingFacesOwnLibraryDoes(String kind) throws Exception {
        // Given
        var tokenizer = Tokenizer.of(kind, TestTokenizers.json(kind), new PieceCache(1 << 20));
        for (var golden : TestTokenizers.goldens(kind)) {
            var text = golden.get("text").textValue();

            // When
            var tokens = tokenizer.tokens(text, false, "", ANY);
            var withSpecials = tokenizer.tokens(text, true, "", ANY);

            // Then
            assertThat(tokens).as(text).isEqualTo(TestTokenizers.ids(golden.get("ids")));
            assertThat(withSpecials).as(text).isEqualTo(TestTokenizers.ids(golden.get("withSpecials")));
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aTextThatGrowsHasTheTokensOfTheWholeAtEachTurn(String kind) throws Exception {
        // Given
        var seed = Long.getLong("kvp.seed", System.nanoTime());
        var random = new Random(seed);
        var whole = new NativeTokenizer(TestTokenizers.json(kind));
        var layout = TestTokenizers.layout(kind);
        for (int conversation = 0; conversation < 12; conversation++) {
            var cached = Tokenizer.of(kind, TestTokenizers.json(kind), new PieceCache(1 << 20));
            var text = new StringBuilder();
            for (int turn = 0; turn < 8; turn++) {
                text.append(TestTokenizers.text(random, layout.added(), 1 + random.nextInt(900)));

                // When
                var tokens = cached.tokens(text.toString(), false, "", ANY);

                // Then
                assertThat(tokens)
                        .as("%s, -Dkvp.seed=%d, conversation %d, turn %d", kind, seed, conversation, turn)
                        .isEqualTo(whole.encode(text.toString(), false));
            }
        }
    }

    /** Not where the cutter cuts, but wherever it may: at each added token and each line that it takes to be safe. */
    @ParameterizedTest
    @MethodSource("kinds")
    void everySafePlaceIsSafe(String kind) {
        // Given
        var seed = Long.getLong("kvp.seed", System.nanoTime());
        var random = new Random(seed);
        var whole = new NativeTokenizer(TestTokenizers.json(kind));
        var layout = TestTokenizers.layout(kind);
        var cutter = Cutter.of(layout, 2, 2);
        int cuts = 0;
        for (int i = 0; i < 300; i++) {
            var text = TestTokenizers.text(random, layout.added(), 1 + random.nextInt(60));

            // When
            var pieces = cutter.pieces(text);

            // Then
            var tokens = new ArrayList<Integer>();
            pieces.forEach(piece -> Arrays.stream(whole.encode(piece, false)).forEach(tokens::add));
            assertThat(tokens)
                    .as("%s, -Dkvp.seed=%d, text %d: %s", kind, seed, i, pieces)
                    .isEqualTo(Arrays.stream(whole.encode(text, false)).boxed().toList());
            assertThat(String.join("", pieces)).isEqualTo(text);
            cuts += pieces.size() - 1;
        }
        assertThat(cuts).as("cuts tried").isGreaterThan(100);
    }

    @Test
    void theNextTurnComputesItsNewPartOnly() throws Exception {
        // Given
        var cache = new PieceCache(8 << 20);
        var tokenizer = Tokenizer.of("m", TestTokenizers.json("qwen2"), cache);
        var text = new StringBuilder();
        for (int turn = 0; turn < 200; turn++) {
            text.append("<|im_start|>user\nQuestion ")
                    .append(turn)
                    .append(" about the cache.\n".repeat(20))
                    .append("<|im_end|>\n");
        }
        var first = tokenizer.tokens(text.toString(), false, "", ANY);
        var before = cache.computed();

        // When
        var next = tokenizer.tokens(text + "<|im_start|>assistant\nYes.<|im_end|>\n", false, "", ANY);

        // Then
        assertThat(cache.computed() - before).isLessThan(first.length / 50);
        assertThat(next).startsWith(first);
    }

    @Test
    void aLongTextWithoutAddedTokensIsCutAtLines() throws Exception {
        // Given
        var cache = new PieceCache(8 << 20);
        var tokenizer = Tokenizer.of("m", TestTokenizers.json("llama3"), cache);
        var text = "public static void main() {\nreturn x;\nelse y;\n".repeat(2000);
        var first = tokenizer.tokens(text, false, "", ANY);
        var before = cache.computed();

        // When
        var _ = tokenizer.tokens(text + "and so on", false, "", ANY);

        // Then
        assertThat(cache.computed() - before).isLessThan(first.length / 20);
    }

    @Test
    void tenantsDoNotFindEachOthersPieces() throws Exception {
        // Given
        var cache = new PieceCache(8 << 20);
        var tokenizer = Tokenizer.of("m", TestTokenizers.json("llama3"), cache);
        var text = "a secret of somebody's";
        var tokens = tokenizer.tokens(text, false, "tenant-1", ANY);
        var computed = cache.computed();

        // When
        var others = tokenizer.tokens(text, false, "tenant-2", ANY);

        // Then
        assertThat(others).isEqualTo(tokens);
        assertThat(cache.computed()).isEqualTo(computed + tokens.length);
        assertThat(cache.found()).isZero();
    }

    @Test
    void theCacheKeepsToItsBytes() throws Exception {
        // Given
        var cache = new PieceCache(1 << 20);
        var tokenizer = Tokenizer.of("m", TestTokenizers.json("llama3"), cache);

        // When
        for (int i = 0; i < 2000; i++) {
            var _ = tokenizer.tokens(("text number " + i + " ").repeat(40), false, "", ANY);
        }

        // Then
        assertThat(cache.size()).isBetween(10L, 1000L);
    }

    @Test
    void refusesWhatIsNoTextOrTooMuch() {
        // Given
        var tokenizer = Tokenizer.of("m", TestTokenizers.json("llama2"), new PieceCache(1 << 20));

        // When, Then
        assertThatThrownBy(() -> tokenizer.tokens("a\ud800b", false, "", ANY)).hasMessageContaining("no proper text");
        assertThatThrownBy(() -> tokenizer.tokens("a\udc00", false, "", ANY)).hasMessageContaining("no proper text");
        assertThatThrownBy(() -> tokenizer.tokens("a b c d e f g", false, "", 3))
                .hasMessageContaining("too long");
        assertThatThrownBy(() -> tokenizer.tokens("x".repeat(Tokenizer.MAX_PIECE + 1), false, "", ANY))
                .hasMessageContaining("too long");
    }

    @Test
    void namesWhatIsWrongWithAFile() {
        // Given
        var cache = new PieceCache(1 << 20);

        // When, Then
        assertThatThrownBy(() -> Tokenizer.of("m", "{", cache)).hasMessageContaining("JSON");
        assertThatThrownBy(() -> Tokenizer.of("m", "[]", cache)).hasMessageContaining("no JSON object");
        assertThatThrownBy(() -> Tokenizer.of("m", "{\"model\": {\"type\": \"Nope\"}}", cache))
                .isInstanceOf(IllegalArgumentException.class);
        var dropout = TestTokenizers.json("llama3").replace("\"dropout\":null", "\"dropout\":0.1");
        assertThatThrownBy(() -> Tokenizer.of("m", dropout, cache)).hasMessageContaining("dropout");
    }

    @Test
    void linesAreSafeOnlyWhereItIsProven() {
        // Given
        var safe = List.of("llama3", "qwen2", "gpt2", "o200k");

        // When
        var found = TestTokenizers.KINDS.stream()
                .filter(kind -> LineBreaks.areSafe(TestTokenizers.layout(kind)))
                .toList();

        // Then
        assertThat(found).isEqualTo(safe);
    }
}
