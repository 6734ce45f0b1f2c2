package dev.kvcachepool.router.tokens;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.kvcachepool.router.jinja.Template;
import dev.kvcachepool.router.jinja.TemplateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * A model's files as Hugging Face lays them out: {@code tokenizer.json}, and beside it, if they are there,
 * {@code tokenizer_config.json}, {@code special_tokens_map.json} and {@code chat_template.jinja}.
 *
 * @param tokenizer the text of {@code tokenizer.json}
 * @param templates by name; {@code default} is the one for most chats; empty where the model has none
 * @param specialTokens what templates call {@code bos_token} and so on
 */
record ModelFiles(String tokenizer, Map<String, Template> templates, Map<String, String> specialTokens) {
    static final String DEFAULT = "default";
    private static final String CONFIG = "tokenizer_config.json";
    private static final long MAX_BYTES = 256L << 20;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> SPECIAL =
            List.of("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token");

    /**
     * Reads them.
     *
     * @param path their folder, or {@code tokenizer.json} itself
     * @throws IllegalArgumentException naming the file and, where there is one, the field
     */
    static ModelFiles read(Path path) {
        var file = Files.isDirectory(path) ? path.resolve("tokenizer.json") : path;
        var text = text(file);
        var config = json(file.resolveSibling(CONFIG));
        requireSameTokens(text, config, file);
        var special = new LinkedHashMap<String, String>();
        specialTokens(json(file.resolveSibling("special_tokens_map.json")), special);
        specialTokens(config, special);
        return new ModelFiles(text, templates(file, config), special);
    }

    private static String text(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new IllegalArgumentException(file + " has " + Files.size(file) + " bytes; at most " + MAX_BYTES);
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " cannot be read: " + e);
        }
    }

    private static JsonNode json(Path file) {
        if (!Files.exists(file)) {
            return MissingNode.getInstance();
        }
        try {
            var read = JSON.readTree(text(file));
            if (!read.isObject()) {
                throw new IllegalArgumentException(file + " is no JSON object");
            }
            return read;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(file + " is no JSON: " + e.getOriginalMessage());
        }
    }

    /** The engine's tokenizer takes added tokens from here, too: one more, and it tokenizes in another way. */
    private static void requireSameTokens(String tokenizer, JsonNode config, Path file) {
        var known = new TreeSet<String>();
        try {
            TokenizerLayout.read(tokenizer).added().forEach(each -> known.add(each.content()));
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " " + e.getMessage());
        }
        for (var token : config.path("added_tokens_decoder")) {
            var content = token.path("content").asText();
            if (!known.contains(content)) {
                throw new IllegalArgumentException(
                        file.resolveSibling(CONFIG) + ": added_tokens_decoder has '" + content
                                + "', which added_tokens of " + file.getFileName()
                                + " has not; use the engine's tokenizer for this model");
            }
        }
    }

    private static void specialTokens(JsonNode from, Map<String, String> special) {
        for (var name : SPECIAL) {
            var given = from.path(name);
            var content = given.isObject() ? given.path("content") : given;
            if (content.isTextual()) {
                special.put(name, content.textValue());
            }
        }
    }

    private static Map<String, Template> templates(Path file, JsonNode config) {
        var templates = new LinkedHashMap<String, Template>();
        var given = config.path("chat_template");
        var where = file.resolveSibling(CONFIG) + ": chat_template";
        if (given.isTextual()) {
            templates.put(DEFAULT, template(where, given.textValue()));
        }
        if (given.isArray()) {
            for (var each : given) {
                var name = each.path("name").asText();
                templates.put(
                        name,
                        template(
                                where + " '" + name + "'", each.path("template").asText()));
            }
        }
        var own = file.resolveSibling("chat_template.jinja");
        if (Files.exists(own)) {
            templates.put(DEFAULT, template(own.toString(), text(own)));
        }
        return templates;
    }

    private static Template template(String where, String source) {
        try {
            return Template.parse(source);
        } catch (TemplateException e) {
            throw new IllegalArgumentException(where + ": " + e.getMessage());
        }
    }
}
