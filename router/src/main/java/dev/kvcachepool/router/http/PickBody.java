package dev.kvcachepool.router.http;

import com.fasterxml.jackson.core.JsonToken;
import dev.kvcachepool.prefixadvert.hash.HashScheme;
import dev.kvcachepool.prefixadvert.wire.BlockChain;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.router.pick.Caller;
import dev.kvcachepool.router.pick.PickRequest;
import dev.kvcachepool.router.pick.Prompt;
import dev.kvcachepool.router.request.BadRequest;
import dev.kvcachepool.router.request.CallerHeaders;
import dev.kvcachepool.router.request.JsonReader;
import dev.kvcachepool.router.request.PromptFields;
import dev.kvcachepool.router.request.Untokenized;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /v1/pick}.
 *
 * <pre>
 * {"model": "…", "salt"?: "…",
 *  "tokens": [1, 2, …] | "blockHashes": {"scheme": "…", "hashes": ["hex", …]} | "prompt": "…" | "messages": [{…}, …],
 *  "endpoints"?: ["name", …], "tenant"?: "…", "session"?: "…", "follow"?: true, "explain"?: false}
 * </pre>
 *
 * With {@code prompt} or {@code messages} may stand what else their tokens depend on, as in a request to an engine.
 */
final class PickBody {
    static final String FIELDS = "model, salt, tokens, blockHashes, prompt, messages, tools, documents, "
            + "chat_template_kwargs, add_generation_prompt, continue_final_message, add_special_tokens, "
            + "reasoning_effort, endpoints, tenant, session, follow, explain";
    private static final String ONE_OF = "one of tokens, blockHashes, prompt and messages";
    private static final int BYTES_A_TOKEN = 4;
    static final int MAX_TEXT = 1024;
    static final int MAX_ENDPOINTS = 4096;
    private static final Pattern HASH = Pattern.compile("([0-9a-fA-F]{2}){8,64}");

    private final int maxTokens;
    private final Predicate<String> endpointExists;
    private @Nullable String model;
    private String salt = "";
    private int @Nullable [] tokens;
    private final PromptFields fields = new PromptFields();
    private long textBytes;
    private boolean hasPrompt;
    private @Nullable String scheme;
    private @Nullable List<BlockHash> hashes;
    private final Set<String> endpoints = new HashSet<>();
    private String tenant = "";
    private String session = "";
    private boolean follow = true;
    private boolean explain;

    PickBody(int maxTokens, Predicate<String> endpointExists) {
        this.maxTokens = maxTokens;
        this.endpointExists = endpointExists;
    }

    /**
     * What the body says.
     *
     * @param follow whether the caller will send the request to the first endpoint, so that its load is booked there
     * @param explain whether the answer says what each estimate is made of
     * @param untokenized what the tokens are to be made of; null where the request has them, or hashes
     */
    record Parsed(
            PickRequest request,
            boolean follow,
            boolean explain,
            @Nullable Untokenized untokenized) {}

    static Parsed parse(byte[] body, int maxTokens, Predicate<String> endpointExists) throws BadRequest {
        var parsed = new PickBody(maxTokens, endpointExists);
        JsonReader.readBody(body, parsed::member);
        return parsed.finish();
    }

    void member(String name, JsonReader json) throws BadRequest, IOException {
        switch (name) {
            case "model" -> model = model(json.string("model"));
            case "salt" -> salt = salt(json.string("salt"));
            case "tokens" -> {
                json.expect(JsonToken.START_ARRAY, "tokens", "an array of token ids");
                tokens = json.tokens("tokens", maxTokens);
            }
            case "blockHashes" -> {
                json.expect(JsonToken.START_OBJECT, "blockHashes", "an object with scheme and hashes");
                json.readObject(this::hashesMember);
                requireHashes();
            }
            case "prompt" -> {
                fields.text(json.string("prompt"));
                textBytes = json.textLength();
                hasPrompt = true;
            }
            case "endpoints" -> endpoints(json);
            case "tenant" -> tenant = json.string("tenant");
            case "session" -> session = json.string("session");
            case "follow" -> follow = json.bool("follow");
            case "explain" -> explain = json.bool("explain");
            default -> {
                var start = json.offset();
                requireType(name, json);
                if (!fields.read(name, json)) {
                    throw new BadRequest(name, "unknown field", FIELDS);
                }
                textBytes += json.offset() - start;
            }
        }
    }

    private static void requireType(String name, JsonReader json) throws BadRequest {
        switch (name) {
            case "messages", "tools", "documents" -> json.expect(JsonToken.START_ARRAY, name, "an array of objects");
            case "chat_template_kwargs" -> json.expect(JsonToken.START_OBJECT, name, "an object");
            case "add_generation_prompt", "continue_final_message", "add_special_tokens" -> {
                var _ = json.bool(name);
            }
            default -> {}
        }
    }

    private void hashesMember(String name, JsonReader json) throws BadRequest, IOException {
        switch (name) {
            case "scheme" -> {
                var given = json.string("blockHashes.scheme");
                if (HashScheme.ofId(given).isEmpty()) {
                    throw new BadRequest("blockHashes.scheme", given, HashScheme.ids());
                }
                scheme = given;
            }
            case "hashes" -> hashes = hashes(json);
            default -> throw new BadRequest("blockHashes." + name, "unknown field", "scheme, hashes");
        }
    }

    private List<BlockHash> hashes(JsonReader json) throws BadRequest, IOException {
        json.expect(JsonToken.START_ARRAY, "blockHashes.hashes", "an array of hex strings");
        var chain = new ArrayList<BlockHash>();
        while (json.next() != JsonToken.END_ARRAY) {
            var field = "blockHashes.hashes[" + chain.size() + "]";
            if (chain.size() == maxTokens) {
                throw new BadRequest("blockHashes.hashes", "more than " + maxTokens, "at most " + maxTokens);
            }
            var hex = json.string(field);
            if (!HASH.matcher(hex).matches()) {
                throw new BadRequest(field, hex, "an even number of hex digits, 16 to 128");
            }
            chain.add(BlockHash.ofHex(hex));
        }
        return BlockChain.of(chain);
    }

    private void requireHashes() throws BadRequest {
        if (scheme == null) {
            throw new BadRequest("blockHashes.scheme", "missing", HashScheme.ids());
        }
        if (hashes == null || hashes.isEmpty()) {
            throw new BadRequest("blockHashes.hashes", hashes == null ? "missing" : "empty", "at least one hash");
        }
    }

    private void endpoints(JsonReader json) throws BadRequest, IOException {
        json.expect(JsonToken.START_ARRAY, "endpoints", "an array of endpoint names");
        int count = 0;
        for (; json.next() != JsonToken.END_ARRAY; count++) {
            var field = "endpoints[" + count + "]";
            if (count == MAX_ENDPOINTS) {
                throw new BadRequest("endpoints", "more than " + MAX_ENDPOINTS, "at most " + MAX_ENDPOINTS);
            }
            var name = json.string(field);
            if (!endpointExists.test(name)) {
                throw new BadRequest(field, name, "the name of a configured endpoint, see GET /v1/endpoints");
            }
            endpoints.add(name);
        }
        if (count == 0) {
            throw new BadRequest("endpoints", "empty", "at least one name, or leave it out for all");
        }
    }

    Parsed finish() throws BadRequest {
        if (model == null) {
            throw new BadRequest("model", "missing", "the model's name as it stands in the engines' keys");
        }
        var given = new ArrayList<String>();
        addIf(tokens != null, "tokens", given);
        addIf(scheme != null, "blockHashes", given);
        addIf(hasPrompt, "prompt", given);
        addIf(fields.hasMessages(), "messages", given);
        if (given.size() > 1) {
            throw new BadRequest(given.getFirst(), "given together with " + given.getLast(), ONE_OF);
        }
        var untokenized = hasPrompt || fields.hasMessages() ? fields.untokenized() : null;
        var caller = CallerHeaders.caller("tenant", "session", new Caller(tenant, session));
        return new Parsed(new PickRequest(model, salt, prompt(), endpoints, caller), follow, explain, untokenized);
    }

    private static void addIf(boolean isGiven, String name, List<String> given) {
        if (isGiven) {
            given.add(name);
        }
    }

    private Prompt prompt() throws BadRequest {
        if (tokens != null) {
            return new Prompt.Tokens(tokens);
        }
        if (scheme != null && hashes != null) {
            return new Prompt.Hashes(scheme, hashes);
        }
        if (hasPrompt || fields.hasMessages()) {
            return new Prompt.Opaque(Math.max(1, textBytes / BYTES_A_TOKEN), "the prompt is text");
        }
        throw new BadRequest("tokens", "missing", ONE_OF);
    }

    static String model(String value) throws BadRequest {
        if (value.isEmpty() || value.length() > MAX_TEXT) {
            throw new BadRequest("model", value, "1 to " + MAX_TEXT + " characters");
        }
        return value;
    }

    static String salt(String value) throws BadRequest {
        if (value.length() > MAX_TEXT) {
            throw new BadRequest("salt", "too long", "at most " + MAX_TEXT + " characters");
        }
        return value;
    }
}
