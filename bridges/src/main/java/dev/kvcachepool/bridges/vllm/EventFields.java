package dev.kvcachepool.bridges.vllm;

import dev.kvcachepool.bridges.vllm.KvEvent.BlockRemoved;
import dev.kvcachepool.bridges.vllm.KvEvent.BlockStored;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The fields of one event as they come, by name. Kinds of events that share a field's name share its meaning, too. */
final class EventFields {
    static final String STORED = "BlockStored";
    static final String REMOVED = "BlockRemoved";
    static final String CLEARED = "AllBlocksCleared";

    /** The order of fields where they have no names. */
    private static final List<String> STORED_ORDER = List.of(
            "block_hashes",
            "parent_block_hash",
            "token_ids",
            "block_size",
            "lora_id",
            "medium",
            "lora_name",
            "extra_keys",
            "group_idx",
            "kv_cache_spec_kind",
            "kv_cache_spec_sliding_window",
            "locality",
            "ownership",
            "session_id",
            "lookahead_token_ids");

    private static final List<String> REMOVED_ORDER =
            List.of("block_hashes", "medium", "group_idx", "locality", "ownership");
    private static final Set<String> PASSED_OVER =
            Set.of("kv_cache_spec_sliding_window", "ownership", "session_id", "lookahead_token_ids");
    private static final Set<String> PREFIX_KINDS = Set.of("full_attention", "mla_attention");

    static final int MOST_HASHES = 1 << 16;
    static final int MOST_TOKENS = 1 << 20;
    private static final int MOST_GROUPS = 1024;

    private @Nullable List<EngineHash> hashes;
    private @Nullable EngineHash parent;
    private int[] tokens = new int[0];
    private int blockSize;
    private boolean hasLora;
    private String loraName = "";
    private Medium medium = Medium.GPU;
    private List<BlockExtras> extras = List.of();
    private int group = KvEvent.NO_GROUP;
    private boolean prefix = true;
    private boolean remote;

    static List<String> order(String tag) {
        return switch (tag) {
            case STORED -> STORED_ORDER;
            case REMOVED -> REMOVED_ORDER;
            default -> List.of();
        };
    }

    /** Reads a field's value; false if the field is not known and was passed over. */
    boolean take(String name, FieldReader in) throws MalformedEventException {
        switch (name) {
            case "block_hashes" -> hashes = in.hashes(name, MOST_HASHES);
            case "parent_block_hash" -> parent = in.isNull(name) ? null : in.hash(name);
            case "token_ids" -> tokens = in.tokens(name, MOST_TOKENS);
            case "block_size" -> blockSize = (int) in.whole(name, 0, MOST_TOKENS);
            case "lora_id" -> hasLora = !in.isNull(name) && in.whole(name, Long.MIN_VALUE, Long.MAX_VALUE) != 0;
            case "lora_name" -> loraName = orElse(in.textOrNull(name), "");
            case "medium" -> medium = Medium.of(orElse(in.textOrNull(name), "GPU"));
            case "extra_keys" -> extras = ExtraKeysReader.read(in, MOST_HASHES);
            case "group_idx" -> group = in.isNull(name) ? KvEvent.NO_GROUP : (int) in.whole(name, 0, MOST_GROUPS - 1);
            case "kv_cache_spec_kind" -> prefix = PREFIX_KINDS.contains(orElse(in.textOrNull(name), "full_attention"));
            case "locality" -> remote = "REMOTE".equals(in.textOrNull(name));
            default -> {
                in.skip(name);
                return PASSED_OVER.contains(name);
            }
        }
        return true;
    }

    private static String orElse(@Nullable String text, String otherwise) {
        return text == null || text.isEmpty() ? otherwise : text;
    }

    BlockStored stored() throws MalformedEventException {
        var known = requireHashes();
        if (tokens.length > 0 && (long) known.size() * blockSize != tokens.length) {
            throw new MalformedEventException("token_ids has " + tokens.length + " elements, allowed are none or "
                    + known.size() + " times the block_size " + blockSize);
        }
        if (!extras.isEmpty() && extras.size() != known.size()) {
            throw new MalformedEventException(
                    "extra_keys has " + extras.size() + " elements, allowed are none or one a block, " + known.size());
        }
        var nameless = hasLora && loraName.isEmpty();
        return new BlockStored(
                known, parent, tokens, blockSize, loraName, nameless, medium, group, prefix, remote, extras);
    }

    BlockRemoved removed() throws MalformedEventException {
        return new BlockRemoved(requireHashes(), medium, group, remote);
    }

    private List<EngineHash> requireHashes() throws MalformedEventException {
        if (hashes == null) {
            throw new MalformedEventException("block_hashes is missing");
        }
        return hashes;
    }
}
