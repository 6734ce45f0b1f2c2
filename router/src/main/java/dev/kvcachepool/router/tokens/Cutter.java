package dev.kvcachepool.router.tokens;

import java.util.ArrayList;
import java.util.Arrays;
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
    private final int[] firsts;
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
        this.firsts = byFirst.keySet().stream().mapToInt(first -> first).toArray();
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
        var search = new Search(text);
        int from = 0;
        int at = 0;
        while (at < text.length()) {
            var token = search.next(at);
            for (int line = lineStart(text, at, from, search.at);
                    line >= 0;
                    line = lineStart(text, at, from, search.at)) {
                pieces.add(text.substring(from, line));
                from = line;
            }
            if (token == null) {
                break;
            }
            if (search.at - from >= atToken && !token.lstrip()) {
                pieces.add(text.substring(from, search.at));
                from = search.at;
            }
            at = search.at + token.content().length();
        }
        if (from < text.length()) {
            pieces.add(from == 0 ? text : text.substring(from));
        }
        return pieces;
    }

    /** The first place from {@code at} up to {@code end} to cut a piece at that began at {@code from}; -1 for none. */
    private int lineStart(String text, int at, int from, int end) {
        var least = Math.max(at, from + atLine);
        if (!lines || least >= end) {
            return -1;
        }
        // Up to the end only: a text of nothing but tokens is not gone through again for each.
        for (int i = text.indexOf('\n', least - 1, end - 1); i >= 0; i = text.indexOf('\n', i + 1, end - 1)) {
            if (isLineStart(text, i + 1)) {
                return i + 1;
            }
        }
        return -1;
    }

    /** Finds tokens in a text from left to right; each character that tokens begin with is looked for by itself. */
    private final class Search {
        private final String text;
        private final int[] nexts = new int[firsts.length];
        private int at;

        Search(String text) {
            this.text = text;
            Arrays.fill(nexts, -1);
        }

        /** The first token that begins at {@code start} or behind; {@link #at} then is where, or the text's end. */
        @Nullable
        AddedToken next(int start) {
            at = start;
            while (true) {
                int least = text.length();
                for (int i = 0; i < firsts.length; i++) {
                    if (nexts[i] < at) {
                        int found = text.indexOf(firsts[i], at);
                        nexts[i] = found < 0 ? text.length() : found;
                    }
                    least = Math.min(least, nexts[i]);
                }
                at = least;
                if (at == text.length()) {
                    return null;
                }
                for (var token : byFirst.getOrDefault(text.charAt(at), List.of())) {
                    if (text.startsWith(token.content(), at)) {
                        return token;
                    }
                }
                at++;
            }
        }
    }

    private static boolean isLineStart(String text, int at) {
        var letter = text.charAt(at) | 0x20;
        return letter >= 'a' && letter <= 'z' && text.charAt(at - 1) == '\n' && !isSpace(text.charAt(at - 2));
    }
}
