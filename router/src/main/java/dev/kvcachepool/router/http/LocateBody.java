package dev.kvcachepool.router.http;

import com.fasterxml.jackson.core.JsonToken;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.router.request.BadRequest;
import dev.kvcachepool.router.request.JsonReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /v1/locate}: {@code {"blocks": [{"namespace": "<16 hex>", "hash": "<32 hex>"}, …]}}. */
final class LocateBody {
    static final int MAX_BLOCKS = 1024;
    /** What so many blocks take, and some more for spaces. */
    static final long MAX_BYTES = MAX_BLOCKS * 256L;

    private static final int NAMESPACE_DIGITS = 16;
    private static final int HASH_DIGITS = 32;

    private @Nullable List<BlockId> blocks;

    private LocateBody() {}

    static List<BlockId> parse(byte[] body) throws BadRequest {
        var parsed = new LocateBody();
        JsonReader.readBody(body, parsed::member);
        if (parsed.blocks == null) {
            throw new BadRequest("blocks", "missing", "an array of 1 to " + MAX_BLOCKS + " blocks");
        }
        return parsed.blocks;
    }

    private void member(String name, JsonReader json) throws BadRequest, IOException {
        if (!name.equals("blocks")) {
            throw new BadRequest(name, "given", "blocks and nothing else");
        }
        json.expect(JsonToken.START_ARRAY, "blocks", "an array of 1 to " + MAX_BLOCKS + " blocks");
        var read = new ArrayList<BlockId>();
        while (json.next() != JsonToken.END_ARRAY) {
            if (read.size() == MAX_BLOCKS) {
                throw new BadRequest("blocks", "more than " + MAX_BLOCKS, "1 to " + MAX_BLOCKS + " blocks");
            }
            read.add(new Block("blocks[" + read.size() + "]").read(json));
        }
        if (read.isEmpty()) {
            throw new BadRequest("blocks", "empty", "1 to " + MAX_BLOCKS + " blocks");
        }
        blocks = read;
    }

    /** One of the blocks. */
    private static final class Block {
        private final String field;
        private @Nullable String namespace;
        private @Nullable String hash;

        Block(String field) {
            this.field = field;
        }

        BlockId read(JsonReader json) throws BadRequest, IOException {
            json.expect(JsonToken.START_OBJECT, field, "an object with namespace and hash");
            json.readObject(this::member);
            var digits = hex(".hash", hash, HASH_DIGITS);
            return new BlockId(
                    new Namespace(HexFormat.fromHexDigitsToLong(hex(".namespace", namespace, NAMESPACE_DIGITS))),
                    new BlockHash(
                            HexFormat.fromHexDigitsToLong(digits, 0, NAMESPACE_DIGITS),
                            HexFormat.fromHexDigitsToLong(digits, NAMESPACE_DIGITS, HASH_DIGITS)));
        }

        private void member(String name, JsonReader json) throws BadRequest, IOException {
            switch (name) {
                case "namespace" -> namespace = json.string(field + ".namespace");
                case "hash" -> hash = json.string(field + ".hash");
                default -> throw new BadRequest(field + "." + name, "given", "namespace and hash");
            }
        }

        private String hex(String name, @Nullable String text, int digits) throws BadRequest {
            if (text == null || text.length() != digits || !text.chars().allMatch(HexFormat::isHexDigit)) {
                throw new BadRequest(field + name, text == null ? "missing" : text, digits + " hex digits");
            }
            return text;
        }
    }
}
