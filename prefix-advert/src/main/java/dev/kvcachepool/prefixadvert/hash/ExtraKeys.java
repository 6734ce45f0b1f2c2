package dev.kvcachepool.prefixadvert.hash;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What else than its tokens makes a vLLM block what it is. Blocks of embeddings given as a prompt are not covered: they
 * have no tokens to hash.
 *
 * @param lora the adapter that every block of the prompt was computed with
 * @param media images and the like whose placeholders lie in the block, in the order of their offsets
 * @param cacheSalt the tenant's secret, for a prompt's first block only; kept out of {@link #toString}
 */
public record ExtraKeys(
        @Nullable Lora lora, List<Media> media, @Nullable String cacheSalt) {
    public static final ExtraKeys NONE = new ExtraKeys(null, List.of(), null);

    public ExtraKeys {
        media = List.copyOf(media);
    }

    /** A LoRA adapter by its name and path, as the engine knows them. */
    public record Lora(String name, String path) {}

    /**
     * One item of a multi-modal prompt.
     *
     * @param id the engine's hash of the item
     * @param offset tokens from the block's start to the item's start, negative where it began in an earlier block
     */
    public record Media(String id, int offset) {}

    public static ExtraKeys lora(String name, String path) {
        return new ExtraKeys(new Lora(name, path), List.of(), null);
    }

    public static ExtraKeys cacheSalt(String salt) {
        return new ExtraKeys(null, List.of(), salt);
    }

    public static ExtraKeys media(Media... items) {
        return new ExtraKeys(null, List.of(items), null);
    }

    /** Whether nothing but the tokens counts. */
    public boolean isEmpty() {
        return lora == null && media.isEmpty() && saltless();
    }

    /** An array of tagged arrays: adapter, then media, then salt. */
    void writeTo(CborWriter out) {
        out.array((lora == null ? 0 : 1) + media.size() + (saltless() ? 0 : 1));
        if (lora != null) {
            out.array(3).text("lora").text(lora.name()).text(lora.path());
        }
        for (var item : media) {
            out.array(3).text("mm").text(item.id()).integer(item.offset());
        }
        if (cacheSalt != null && !saltless()) {
            out.array(2).text("cache_salt").text(cacheSalt);
        }
    }

    private boolean saltless() {
        return cacheSalt == null || cacheSalt.isEmpty();
    }

    @Override
    public String toString() {
        return "ExtraKeys[lora=" + lora + ", media=" + media + (saltless() ? "]" : ", cacheSalt=secret]");
    }
}
