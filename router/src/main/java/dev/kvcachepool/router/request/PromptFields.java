package dev.kvcachepool.router.request;

import com.fasterxml.jackson.core.JsonToken;
import dev.kvcachepool.router.jinja.None;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps those fields of a request that its tokens depend on, by the names that vLLM has for them. One thread, one request.
 */
public final class PromptFields {
    private static final Set<String> OF_CHAT = Set.of(
            "messages",
            "tools",
            "documents",
            "chat_template_kwargs",
            "add_generation_prompt",
            "continue_final_message",
            "reasoning_effort");
    /** With one of these the tokens are others than those of the text. */
    private static final Set<String> STRANGE =
            Set.of("chat_template", "truncate_prompt_tokens", "prompt_embeds", "mm_processor_kwargs");

    private final Map<String, Object> chat = new LinkedHashMap<>();
    private @Nullable String text;
    private @Nullable Boolean addSpecialTokens;
    private boolean strange;

    /** Names of the fields that {@link #read} keeps, for those who refuse others. */
    public static Set<String> names() {
        return OF_CHAT;
    }

    /** Whether it has kept the field that the reader stands on; if not, the reader has not moved. */
    public boolean read(String name, JsonReader json) throws IOException {
        if (OF_CHAT.contains(name)) {
            chat.put(name, json.value());
            return true;
        }
        if (name.equals("add_special_tokens")) {
            var given = json.value();
            addSpecialTokens = given instanceof Boolean truth ? truth : null;
            strange |= !(given instanceof Boolean) && given != None.NONE;
            return true;
        }
        if (STRANGE.contains(name)) {
            strange |= json.token() != JsonToken.VALUE_NULL;
            json.skip();
            return true;
        }
        return false;
    }

    /** The prompt is this text. */
    public void text(String prompt) {
        text = prompt;
    }

    public boolean hasMessages() {
        return chat.containsKey("messages");
    }

    /** What is to be tokenized; null where there is neither a text nor messages. */
    public @Nullable Untokenized untokenized() {
        if (text == null && !hasMessages()) {
            return null;
        }
        if (strange || (text != null && hasMessages())) {
            return new Untokenized.Unsupported();
        }
        // Engines add special tokens to a prompt's text, not to a chat's, whose template writes them.
        if (text != null) {
            return new Untokenized.Text(text, addSpecialTokens == null || addSpecialTokens);
        }
        if (addSpecialTokens != null) {
            chat.put("add_special_tokens", addSpecialTokens);
        }
        return new Untokenized.Chat(chat);
    }
}
