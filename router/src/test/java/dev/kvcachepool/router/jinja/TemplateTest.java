package dev.kvcachepool.router.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TemplateTest {

    @Test
    @Timeout(60)
    void boundsWhatATemplateTakes() {
        // Given
        var hungry = Map.of(
                "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}",
                "takes",
                "{% set ns = namespace(s='x') %}{% for i in range(64) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
                "makes a text",
                "{{ 'x' * 10000000000 }}",
                "makes a text",
                "{% for i in range(100000) %}{{ 'xxxxxxxxxxxxxxxxxxxx' }}{% endfor %}",
                "makes a text",
                "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
                "nested more than",
                "{{ range(100001) }}",
                "a range has more than",
                "{% set ns = namespace(l=[]) %}{% for i in range(1000) %}{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l }}",
                "nested too deep",
                "{% set ns = namespace(l=[1]) %}{% for i in range(64) %}{% set ns.l = ns.l + ns.l %}{% endfor %}",
                "list of more than",
                "{{ 'x' | replace('x', 'y' * 1000000) | replace('y', 'z' * 1000000) }}",
                "makes a text",
                "{{ ['a', 'b', 'c'] | join('y' * 1000000) }}",
                "makes a text");
        hungry.forEach((source, complaint) -> {
            // When
            var rendered = Goldens.render(source, Map.of());

            // Then
            assertThat(rendered).as(source).startsWith("refused: ").contains(complaint);
        });
    }

    @Test
    void stopsWhenItsTimeIsOver() {
        // Given
        var template = Template.parse("{% for i in range(100000) %}{% for j in range(1000) %}{% endfor %}{% endfor %}");

        // When, Then
        assertThatThrownBy(() -> template.render(Map.of(), Goldens.NOW, 1000, Duration.ZERO))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("takes longer than 0 ms");
    }

    @Test
    void whatIsRenderedIsNoTemplate() {
        // Given
        var content = "{{ secret }}{% for x in y %}{# z #}";

        // When
        var rendered = Goldens.render("{{ content }}", Map.of("content", content, "secret", "s"));

        // Then
        assertThat(rendered).isEqualTo(content);
    }

    @Test
    void refusesWhatIsNoTemplateAndNamesTheLine() {
        // Given
        var broken = List.of(
                "x\n{% if %}",
                "x\n{% for %}{% endfor %}",
                "x\n{{ 'a }}",
                "x\n{{ a",
                "x\n{% nope %}",
                "x\n{{ a b }}",
                "x\n{% include 'x' %}",
                "x\n{# y",
                "x\n{% set %}",
                "x\n{{ a | }}",
                "x\n{{ f(*a) }}",
                "x\n{{ (((a) }}",
                "x\n{{ a[ }}");
        for (var source : broken) {
            // When, Then
            assertThatThrownBy(() -> Template.parse(source)).as(source).isInstanceOf(TemplateException.class);
        }
        assertThatThrownBy(() -> Template.parse("{% if true %}x")).hasMessageContaining("endif");
        assertThatThrownBy(() -> Template.parse("x\n{% nope %}"))
                .hasMessageContaining("line 2")
                .hasMessageContaining("nope");
        assertThatThrownBy(() -> Template.parse("{{ " + "(".repeat(5000) + "1" + ")".repeat(5000) + " }}"))
                .hasMessageContaining("nested");
        assertThatThrownBy(() -> Template.parse("{% if 1 %}".repeat(5000))).hasMessageContaining("nested");
        assertThatThrownBy(() -> Template.parse("{{ " + "not ".repeat(5000) + "1 }}"))
                .hasMessageContaining("nested");
        assertThatThrownBy(() -> Template.parse("{{ " + "-".repeat(5000) + "1 }}"))
                .hasMessageContaining("nested");
    }

    @Test
    void tellsWhetherItGoesThroughTheContent() {
        // Given
        var loops = List.of(
                "{% for m in messages %}{% for c in m['content'] %}{% endfor %}{% endfor %}",
                "{% for m in messages[1:] %}{% for c in m.content %}{% endfor %}{% endfor %}",
                "{% set l = messages %}{% for m in l | list %}{% if m %}{% for c in m.content | list %}{% endfor %}{% endif %}{% endfor %}");
        var others = List.of(
                "{% for m in messages %}{{ m.content }}{% endfor %}",
                "{% for m in messages %}{% for c in m.tool_calls %}{% endfor %}{% endfor %}",
                "{% for m in others %}{% for c in m.content %}{% endfor %}{% endfor %}");

        // When, Then
        assertThat(loops).allMatch(source -> Template.parse(source).loopsOverContent());
        assertThat(others).noneMatch(source -> Template.parse(source).loopsOverContent());
    }
}
