package dev.kvcachepool.router.tokens;

import dev.kvcachepool.router.jinja.None;
import dev.kvcachepool.router.jinja.Template;
import dev.kvcachepool.router.jinja.TemplateException;
import dev.kvcachepool.router.request.Untokenized;
import java.time.Clock;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes a chat as the one text that its engine would tokenize, by the model's template. Thread-safe. */
final class ChatPrompts {
    private static final Duration MAX_TIME = Duration.ofSeconds(2);

    private final ModelFiles model;
    private final Clock clock;
    private final int maxCharacters;

    ChatPrompts(ModelFiles model, Clock clock, int maxCharacters) {
        this.model = model;
        this.clock = clock;
        this.maxCharacters = maxCharacters;
    }

    /**
     * The chat's text.
     *
     * @throws Untokenizable if the chat is not of text alone, or the template refuses it
     */
    String text(Untokenized.Chat chat) throws Untokenizable {
        var names = names(chat.fields());
        var template = template(names.getOrDefault("tools", None.NONE));
        var messages = ChatMessages.of(chat.fields().getOrDefault("messages", None.NONE), template.loopsOverContent());
        names.put("messages", messages);
        boolean goesOn = names.get("continue_final_message") instanceof Boolean truth && truth;
        if (goesOn && names.get("add_generation_prompt") instanceof Boolean added && added) {
            throw new Untokenizable(Untokenizable.Why.REFUSED);
        }
        try {
            var text = template.render(names, ZonedDateTime.now(clock), maxCharacters, MAX_TIME);
            return goesOn ? upToLastContent(text, messages) : text;
        } catch (TemplateException e) {
            throw new Untokenizable(Untokenizable.Why.REFUSED);
        }
    }

    /** What the template sees, as the request's own fields and then its template's arguments have it. */
    private Map<String, Object> names(Map<String, Object> fields) throws Untokenizable {
        var names = new LinkedHashMap<String, Object>(model.specialTokens());
        names.put("documents", fields.getOrDefault("documents", None.NONE));
        names.put("tools", ChatMessages.tools(fields.getOrDefault("tools", None.NONE)));
        names.put("add_generation_prompt", fields.getOrDefault("add_generation_prompt", true));
        names.put("continue_final_message", fields.getOrDefault("continue_final_message", false));
        if (fields.get("reasoning_effort") instanceof String effort) {
            names.put("reasoning_effort", effort);
        }
        switch (fields.getOrDefault("chat_template_kwargs", None.NONE)) {
            case None _ -> {}
            case Map<?, ?> given -> {
                for (var each : given.entrySet()) {
                    var name = String.valueOf(each.getKey());
                    if (name.equals("messages") || name.equals("chat_template") || name.equals("tokenize")) {
                        throw new Untokenizable(Untokenizable.Why.UNSUPPORTED);
                    }
                    names.put(name, each.getValue());
                }
            }
            default -> throw new Untokenizable(Untokenizable.Why.UNSUPPORTED);
        }
        return names;
    }

    private Template template(Object tools) throws Untokenizable {
        var templates = model.templates();
        var ofTools = templates.get("tool_use");
        if (ofTools != null && tools instanceof List<?> list && !list.isEmpty()) {
            return ofTools;
        }
        var usual = templates.get(ModelFiles.DEFAULT);
        if (usual == null) {
            throw new Untokenizable(Untokenizable.Why.NO_TEMPLATE);
        }
        return usual;
    }

    /** Without what the template puts behind the last message, which the model is to go on with: as transformers cuts it. */
    private static String upToLastContent(String text, List<Object> messages) throws Untokenizable {
        var content = messages.isEmpty() || !(messages.getLast() instanceof Map<?, ?> last) ? "" : last.get("content");
        if (content instanceof List<?> parts) {
            content = !parts.isEmpty() && parts.getLast() instanceof Map<?, ?> part ? part.get("text") : "";
        }
        var wanted = String.valueOf(content);
        var at = text.lastIndexOf(wanted.strip());
        if (at < 0 || wanted.isBlank()) {
            throw new Untokenizable(Untokenizable.Why.REFUSED);
        }
        return text.startsWith(wanted.stripLeading(), at)
                ? text.substring(0, at + wanted.stripLeading().length())
                : text.substring(0, at + wanted.strip().length());
    }
}
