package dev.kvcachepool.router.tokens;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A model's tokenizer, cached by prefix: the next turn of a conversation has only its new part tokenized, and gives the same
 * tokens as if the whole had been. Thread-safe.
 */
public final class Tokenizer {
    /** Longest piece, in characters: at worst the library holds 900 bytes a character of it on the way. */
    static final int MAX_PIECE = 256 << 10;

    private static final String PROBE = "a";

    private final String model;
    private final TextEncoder encoder;
    private final Cutter cutter;
    private final PieceCache cache;
    private final int[] before;
    private final int[] behind;

    Tokenizer(String model, TextEncoder encoder, Cutter cutter, PieceCache cache) {
        this.model = model;
        this.encoder = encoder;
        this.cutter = cutter;
        this.cache = cache;
        var bare = encoder.encode(PROBE, false);
        var whole = encoder.encode(PROBE, true);
        int at = offset(whole, bare);
        this.before = Arrays.copyOf(whole, at);
        this.behind = Arrays.copyOfRange(whole, at + bare.length, whole.length);
    }

    /**
     * The tokenizer of a {@code tokenizer.json}.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    static Tokenizer of(String model, String json, PieceCache cache) {
        try {
            var layout = TokenizerLayout.read(json);
            if (layout.dropout()) {
                throw new IllegalArgumentException("model.dropout is set, so that texts have no one tokenization");
            }
            return new Tokenizer(model, new NativeTokenizer(json), Cutter.of(layout), cache);
        } catch (IOException e) {
            throw new IllegalArgumentException("tokenizer.json " + e.getMessage());
        }
    }

    /** Special tokens are added before and behind whatever the text: a text shows which. */
    private static int offset(int[] whole, int[] part) {
        for (int at = 0; at + part.length <= whole.length; at++) {
            if (Arrays.equals(whole, at, at + part.length, part, 0, part.length)) {
                return at;
            }
        }
        throw new IllegalArgumentException("post_processor changes more than it adds, which is not supported");
    }

    /**
     * The text's tokens.
     *
     * @param addSpecialTokens whether those are added that the model's texts begin or end with
     * @param tenant tag of the tenant's salt; empty for none
     * @throws Untokenizable if the text is none, has a piece that is too long, or more than {@code maxTokens} tokens
     */
    public int[] tokens(String text, boolean addSpecialTokens, String tenant, int maxTokens) throws Untokenizable {
        requireText(text);
        var pieces = new ArrayList<int[]>();
        long size = addSpecialTokens ? before.length + behind.length : 0;
        for (var piece : cutter.pieces(text)) {
            if (piece.length() > MAX_PIECE) {
                throw new Untokenizable(Untokenizable.Why.TOO_LONG);
            }
            var tokens = cache.tokens(model, tenant, piece, encoder);
            pieces.add(tokens);
            size += tokens.length;
            if (size > maxTokens) {
                throw new Untokenizable(Untokenizable.Why.TOO_LONG);
            }
        }
        return joined(pieces, (int) size, addSpecialTokens);
    }

    private int[] joined(List<int[]> pieces, int size, boolean addSpecialTokens) {
        if (addSpecialTokens) {
            pieces.addFirst(before);
            pieces.addLast(behind);
        }
        var tokens = new int[size];
        int at = 0;
        for (var piece : pieces) {
            System.arraycopy(piece, 0, tokens, at, piece.length);
            at += piece.length;
        }
        return tokens;
    }

    /** Half a character, which JSON can write, is no text: engines refuse it. */
    private static void requireText(String text) throws Untokenizable {
        for (int i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (Character.isLowSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    throw new Untokenizable(Untokenizable.Why.NO_TEXT);
                }
                i++;
            }
        }
    }
}
