package dev.kvcachepool.router.jinja;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvcachepool.router.request.JsonValues;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Map;

/** What Jinja itself made of templates, and the clock that it was made by; see {@code chat_goldens.py}. */
final class Goldens {
    static final ZonedDateTime NOW = ZonedDateTime.of(2026, 7, 4, 9, 5, 3, 0, ZoneOffset.UTC);
    private static final ObjectMapper JSON = new ObjectMapper();

    private Goldens() {}

    /** The folder of templates: the project's own, or that of {@code -Dkvp.chat=FOLDER}. */
    static Path folder() {
        return Path.of(System.getProperty("kvp.chat", "src/test/resources/chat"));
    }

    static JsonNode json(String name) {
        return read(name);
    }

    private static JsonNode read(String name) {
        try {
            return JSON.readTree(Files.readString(folder().resolve(name)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Map<String, Object> values(JsonNode object) {
        return JsonValues.object(object);
    }

    /** What came of a template: its text, or {@code refused: } and why. */
    static String render(String source, Map<String, Object> values) {
        try {
            return Template.parse(source).render(values, NOW, 1 << 20, Duration.ofSeconds(10));
        } catch (TemplateException e) {
            return "refused: " + e.getMessage();
        }
    }
}
