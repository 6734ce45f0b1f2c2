package dev.kvcachepool.router.http;

import dev.kvcachepool.router.pick.PickRequest;
import dev.kvcachepool.router.pin.PinMode;
import dev.kvcachepool.router.request.BadRequest;
import dev.kvcachepool.router.request.JsonReader;
import dev.kvcachepool.router.request.PromptFields;
import dev.kvcachepool.router.request.Untokenized;
import java.io.IOException;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /v1/pins}: a prompt, as {@link PickBody} has it, and what is to be done with it.
 *
 * <pre>
 * {"mode": "pin" | "warm" | "end", "seconds"?: 300,
 *  "model": "…", "salt"?: "…",
 *  "tokens": [1, 2, …] | "blockHashes": {"scheme": "…", "hashes": ["hex", …]} | "prompt": "…" | "messages": [{…}, …]}
 * </pre>
 */
final class PinBody {
    /** A pin is a lease: who wants it longer asks again. */
    static final long MAX_SECONDS = 86_400;

    private static final Set<String> OF_PROMPT = Stream.concat(
                    Stream.of("model", "salt", "tokens", "blockHashes", "prompt", "add_special_tokens"),
                    PromptFields.names().stream())
            .collect(Collectors.toUnmodifiableSet());
    private static final String FIELDS = "mode, seconds, model, salt, and the fields of a prompt as in /v1/pick";

    private final PickBody prompt;
    private @Nullable PinMode mode;
    private long seconds;

    private PinBody(int maxTokens) {
        this.prompt = new PickBody(maxTokens, name -> false);
    }

    /**
     * What the body says.
     *
     * @param seconds 0 unless the mode is pin
     * @param untokenized what the tokens are to be made of; null where the request has them, or hashes
     */
    record Parsed(
            PinMode mode,
            long seconds,
            PickRequest request,
            @Nullable Untokenized untokenized) {}

    static Parsed parse(byte[] body, int maxTokens) throws BadRequest {
        var parsed = new PinBody(maxTokens);
        JsonReader.readBody(body, parsed::member);
        return parsed.finish();
    }

    private void member(String name, JsonReader json) throws BadRequest, IOException {
        switch (name) {
            case "mode" -> {
                var given = json.string(name);
                mode = PinMode.ofId(given).orElseThrow(() -> new BadRequest(name, given, PinMode.ids()));
            }
            case "seconds" -> seconds = json.whole(name, 1, MAX_SECONDS);
            default -> {
                if (!OF_PROMPT.contains(name)) {
                    throw new BadRequest(name, "unknown field", FIELDS);
                }
                prompt.member(name, json);
            }
        }
    }

    private Parsed finish() throws BadRequest {
        if (mode == null) {
            throw new BadRequest("mode", "missing", PinMode.ids());
        }
        if (mode == PinMode.PIN && seconds == 0) {
            throw new BadRequest("seconds", "missing", "1 to " + MAX_SECONDS + ", how long the pin is to last");
        }
        if (mode != PinMode.PIN && seconds != 0) {
            throw new BadRequest("seconds", Long.toString(seconds), "nothing beside mode " + mode.id());
        }
        var parsed = prompt.finish();
        return new Parsed(mode, seconds, parsed.request(), parsed.untokenized());
    }
}
