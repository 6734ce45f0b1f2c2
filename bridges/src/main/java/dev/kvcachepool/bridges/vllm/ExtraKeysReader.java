package dev.kvcachepool.bridges.vllm;

import dev.kvcachepool.prefixadvert.hash.ExtraKeys;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code extra_keys}: one entry a block, null or an array of keys, each an array that begins with its kind. Older
 * engines send bare values, of which nobody can tell what they are; like kinds that are not known they make the block one
 * that is not understood. Stateless.
 */
final class ExtraKeysReader {
    private static final String FIELD = "extra_keys";
    private static final int MOST_KEYS = 1024;
    private static final int MOST_PARTS = 16;

    private ExtraKeysReader() {}

    static List<BlockExtras> read(FieldReader in, int mostBlocks) throws MalformedEventException {
        if (in.isNull(FIELD)) {
            return List.of();
        }
        int blocks = in.arrayOf(FIELD, mostBlocks);
        var extras = new ArrayList<BlockExtras>(blocks);
        for (int i = 0; i < blocks; i++) {
            extras.add(in.isNull(FIELD) ? BlockExtras.NONE : block(in));
        }
        return extras;
    }

    private static BlockExtras block(FieldReader in) throws MalformedEventException {
        int keys = in.arrayOf(FIELD, MOST_KEYS);
        var found = new Found();
        for (int i = 0; i < keys; i++) {
            if (in.isArray(FIELD)) {
                key(in, found);
            } else {
                in.skip(FIELD);
                found.understood = false;
            }
        }
        return new BlockExtras(new ExtraKeys(found.lora, found.media, found.salt), found.understood);
    }

    private static void key(FieldReader in, Found found) throws MalformedEventException {
        int parts = in.arrayOf(FIELD, MOST_PARTS);
        var kind = parts > 0 && in.isText(FIELD) ? in.text(FIELD) : "";
        int read = kind.isEmpty() ? 0 : 1;
        if (kind.equals("lora") && parts == 3) {
            found.lora = new ExtraKeys.Lora(in.text(FIELD), in.text(FIELD));
            read = parts;
        } else if (kind.equals("mm") && parts == 3) {
            found.media.add(new ExtraKeys.Media(
                    in.label(FIELD), (int) in.whole(FIELD, Integer.MIN_VALUE / 2, Integer.MAX_VALUE / 2)));
            read = parts;
        } else if (kind.equals("cache_salt") && parts == 2) {
            found.salt = in.text(FIELD);
            read = parts;
        } else {
            found.understood = false;
        }
        for (; read < parts; read++) {
            in.skip(FIELD);
        }
    }

    private static final class Found {
        private ExtraKeys.@Nullable Lora lora;
        private final List<ExtraKeys.Media> media = new ArrayList<>();
        private @Nullable String salt;
        private boolean understood = true;
    }
}
