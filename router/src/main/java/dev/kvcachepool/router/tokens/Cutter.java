package dev.kvcachepool.router.tokens;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Cuts texts into pieces that, tokenized one by one, give what the whole gives.
 *
 * <p>A tokenizer looks for added tokens ({@code <|im_start|>}, …) in the text as it is, leftmost first and longest first, before
 * it normalizes, splits or merges anything, and what stands between two of them never meets. So a text may be cut in front of
 * any: the piece then begins with the token, and what follows it is not at the beginning of a text in either case, which is all
 * that pre-tokenizers go by that treat beginnings apart (Metaspace, "first"). Not in front of one that takes white space before
 * it. Where {@link LineBreaks} are safe a long stretch is cut there, too.
 *
 * <p>Where it is cut depends on the text up to there alone: a text that goes on is cut as before. Immutable; thread-safe.
 */
final class Cutter {
    /** A piece is at least so long, in characters, before it is cut at a token: less is not worth looking up. */
    static final int AT_TOKEN = 192;
    /** And before it is cut at a line break. */
    static final int AT_LINE = 2048;

    private final Map<Character, List<AddedToken>> byFirst = new HashMap<>();
    private final boolean[] ascii = new boolean[128];
    private final boolean anyBeyondAscii;
    private final boolean lines;
    private final int atToken;
    private final int atLine;

    private Cutter(List<AddedToken> tokens, boolean lines, int atToken, int atLine) {
        this.atToken = atToken;
        this.atLine = atLine;
        for (var token : tokens) {
            byFirst.computeIfAbsent(token.content().charAt(0), first -> new ArrayList<>())
                    .add(token);
        }
        byFirst.values()
                .forEach(each -> each.sort(Comparator.comparingInt(
                                (AddedToken token) -> token.content().length())
                        .reversed()));
        byFirst.keySet().stream().filter(first -> first < ascii.length).forEach(first -> ascii[first] = true);
        this.anyBeyondAscii = byFirst.keySet().stream().anyMatch(first -> first >= ascii.length);
        this.lines = lines;
    }

    static Cutter of(TokenizerLayout layout) {
        return of(layout, AT_TOKEN, AT_LINE);
    }

    /** One that cuts pieces of at least so many characters; not below 2. */
    static Cutter of(TokenizerLayout layout, int atToken, int atLine) {
        if (layout.dropout() || layout.added().stream().anyMatch(Cutter::isOdd)) {
            return new Cutter(List.of(), false, atToken, atLine);
        }
        var looked = layout.added().stream()
                .filter(Predicate.not(AddedToken::normalized))
                .toList();
        return new Cutter(looked, LineBreaks.areSafe(layout), atToken, atLine);
    }

    /** For these it matters what stands beside them beyond white space, or they are found everywhere. */
    private static boolean isOdd(AddedToken token) {
        return token.singleWord()
                || token.content().isEmpty()
                || isSpace(token.content().charAt(0));
    }

    /** White space of Unicode, and a little more. */
    static boolean isSpace(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85;
    }

    /** The pieces in order; one, the text, where it cannot be cut. */
    List<String> pieces(String text) {
        var pieces = new ArrayList<String>();
        int from = 0;
        int length = text.length();
        for (int at = 0; at < length; ) {
            var token = token(text, at);
            if (token != null) {
                if (at - from >= atToken && !token.lstrip()) {
                    pieces.add(text.substring(from, at));
                    from = at;
                }
                at += token.content().length();
                continue;
            }
            if (lines && at - from >= atLine && isLineStart(text, at)) {
                pieces.add(text.substring(from, at));
                from = at;
            }
            at++;
        }
        if (from < length) {
            pieces.add(from == 0 ? text : text.substring(from));
        }
        return pieces;
    }

    private @Nullable AddedToken token(String text, int at) {
        var first = text.charAt(at);
        if (first < ascii.length ? !ascii[first] : !anyBeyondAscii) {
            return null;
        }
        for (var token : byFirst.getOrDefault(first, List.of())) {
            if (text.startsWith(token.content(), at)) {
                return token;
            }
        }
        return null;
    }

    private static boolean isLineStart(String text, int at) {
        var letter = text.charAt(at) | 0x20;
        return letter >= 'a' && letter <= 'z' && text.charAt(at - 1) == '\n' && !isSpace(text.charAt(at - 2));
    }
}
