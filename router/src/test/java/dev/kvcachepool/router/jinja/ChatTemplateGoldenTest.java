package dev.kvcachepool.router.jinja;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Models' own templates, rendered as Jinja renders them, to the letter. */
class ChatTemplateGoldenTest {

    @TestFactory
    Stream<DynamicTest> rendersAsJinjaDoes() {
        var cases = Goldens.json("cases.json");
        return Goldens.json("goldens.json").properties().stream()
                .map(template -> DynamicTest.dynamicTest(
                        template.getKey(), () -> check(template.getKey(), template.getValue(), cases)));
    }

    private static void check(String name, JsonNode goldens, JsonNode cases) throws IOException {
        // Given
        var source = Files.readString(Goldens.folder().resolve("templates").resolve(name + ".jinja"));
        for (var golden : goldens.properties()) {
            // When
            var rendered = Goldens.render(source, Goldens.values(cases.get(golden.getKey())));

            // Then
            var expected = golden.getValue();
            if (expected.has("text")) {
                assertThat(rendered)
                        .as(golden.getKey())
                        .isEqualTo(expected.get("text").textValue());
            } else {
                assertThat(rendered).as(golden.getKey()).startsWith("refused: ");
            }
        }
    }

    @Test
    void smallTemplatesDoWhatTheyDoInJinja() {
        // Given
        var snippets = Goldens.json("snippets.json");
        var values = Goldens.values(snippets.get("context"));
        var goldens = Goldens.json("snippets-goldens.json");
        for (int i = 0; i < goldens.size(); i++) {
            var source = snippets.get("snippets").get(i).textValue();

            // When
            var rendered = Goldens.render(source, values);

            // Then
            var expected = goldens.get(i);
            if (expected.has("text")) {
                assertThat(rendered).as(source).isEqualTo(expected.get("text").textValue());
            } else {
                assertThat(rendered).as(source).startsWith("refused: ");
            }
        }
        assertThat(goldens.size()).isEqualTo(snippets.get("snippets").size());
    }
}
