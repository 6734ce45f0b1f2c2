package dev.kvcachepool.router.tokens;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/**
 * Tells of which tokenizers it is proven that a text may be cut behind a line break that stands between something that is no
 * white space and an ASCII letter: {@code x \n | y}.
 *
 * <p>They are those whose pre-tokenizer is one regular expression of {@link #PATTERNS}, matched again and again from left to
 * right, before a byte-level model that takes each match by itself. For each of these:
 *
 * <ol>
 *   <li>No match spans the cut: no alternative goes on from a line break to a letter.
 *   <li>Right of it nothing changes: the expressions look ahead, never back, so matching goes on from a match's end as it
 *       would from a text's beginning.
 *   <li>Left of it nothing changes: the only alternative that looks ahead is {@code \s+(?!\S)}, which differs between "white
 *       space before a letter" and "white space at the end" only where more than one stands there, or is no line break; and
 *       {@code \n} stands alone behind x, if it is not taken by the match that x is in, which ends with it either way.
 *   <li>The normalizer, if any, is NFC, by which neither a line break nor an ASCII letter unites with what is before it.
 *   <li>No added token has white space in it or takes any beside it, so none is found across the cut.
 * </ol>
 */
final class LineBreaks {
    private static final String LLAMA_3 = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
            + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    private static final String QWEN_2 = LLAMA_3.replace("\\p{N}{1,3}", "\\p{N}");
    private static final String O200K = "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*"
            + "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
            + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*"
            + "(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    private static final Set<String> PATTERNS = Set.of(LLAMA_3, QWEN_2, O200K);

    private LineBreaks() {}

    static boolean areSafe(TokenizerLayout layout) {
        return layout.modelType().equals("BPE")
                && isSafeNormalizer(layout.normalizer())
                && isSafePreTokenizer(layout.preTokenizer())
                && layout.added().stream().allMatch(LineBreaks::isSafe);
    }

    private static boolean isSafe(AddedToken token) {
        return !token.lstrip()
                && !token.rstrip()
                && !token.singleWord()
                && token.content().chars().noneMatch(Cutter::isSpace);
    }

    private static boolean isSafeNormalizer(JsonNode normalizer) {
        return normalizer.isMissingNode()
                || normalizer.isNull()
                || normalizer.path("type").asText().equals("NFC");
    }

    private static boolean isSafePreTokenizer(JsonNode preTokenizer) {
        if (preTokenizer.path("type").asText().equals("Sequence")) {
            var parts = preTokenizer.path("pretokenizers");
            return parts.size() == 2 && isKnownSplit(parts.get(0)) && isByteLevel(parts.get(1), false);
        }
        return isByteLevel(preTokenizer, true);
    }

    private static boolean isKnownSplit(JsonNode part) {
        return part.path("type").asText().equals("Split")
                && part.path("behavior").asText().equals("Isolated")
                && !part.path("invert").asBoolean()
                && PATTERNS.contains(part.path("pattern").path("Regex").asText());
    }

    /** With GPT-2's own expression, or none. */
    private static boolean isByteLevel(JsonNode part, boolean useRegex) {
        return part.path("type").asText().equals("ByteLevel")
                && !part.path("add_prefix_space").asBoolean(true)
                && part.path("use_regex").asBoolean(true) == useRegex;
    }
}
