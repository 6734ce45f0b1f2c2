package dev.kvcachepool.router.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricNamesTest {

    @Test
    void whatIsLeftOutIsCalledAsVllmCallsIt() {
        // When
        var names = MetricNames.parse("running=r");
        // Then
        assertThat(names.running()).isEqualTo(MetricSelector.all("r"));
        assertThat(names.waiting()).isEqualTo(MetricNames.VLLM.waiting());
        assertThat(names.all()).contains("r", "vllm:lora_requests_info").hasSize(5);
    }

    @Test
    void aValueInQuotesMayHoldAnything() {
        // When
        var names = MetricNames.parse("lora=m{a=\"q\\\"\\\\\\n,}{= \",b=\"\"}");
        // Then
        assertThat(names.adapters().labels()).isEqualTo(Map.of("a", "q\"\\\n,}{= ", "b", ""));
    }

    @Test
    void whatIsWrittenIsRead() {
        // Given
        long seed = Long.getLong("kvp.seed", new Random().nextLong());
        var random = new Random(seed);
        for (int round = 0; round < 1_000; round++) {
            var value = random.ints(random.nextInt(12), ' ', 127)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .append(random.nextBoolean() ? "\n" : "")
                    .toString();
            var metric = new MetricSelector("name", Map.of("label", value, "other", "1"));
            // When
            var read = MetricNames.parse("waiting=" + metric + ",lora=" + metric);
            // Then
            assertThat(read.waiting()).as("seed %d", seed).isEqualTo(metric);
            assertThat(read.adapters()).as("seed %d", seed).isEqualTo(metric);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
                    ''                     | at character 1 is the end; allowed is a field
                    x                      | at character 1 is 'x'; allowed is a field
                    queue=x                | at character 1 is 'queue=x'; allowed is a field
                    waiting=a,waiting=b    | at character 11 is 'waiting=b'; allowed is each field once
                    waiting                | at character 8 is the end; allowed is '='
                    waiting=               | at character 9 is the end; allowed is a metric's name
                    waiting=1a             | at character 9 is '1a'; allowed is a metric's name
                    waiting=a b            | at character 11 is 'b'; allowed is ',' or the end
                    waiting=a,             | at character 11 is the end; allowed is a field
                    waiting=a{             | at character 11 is the end; allowed is a label's name
                    waiting=a{}            | at character 11 is '}'; allowed is a label's name
                    waiting=a{b:c=d}       | at character 12 is ':c=d}'; allowed is '='
                    waiting=a{b}           | at character 12 is '}'; allowed is '='
                    waiting=a{b=}          | at character 13 is '}'; allowed is a label's value
                    waiting=a{b=~"c"}      | at character 14 is '"c"}'; allowed is '}'
                    waiting=a{b!=c}        | at character 12 is '!=c}'; allowed is '='
                    waiting=a{b=c          | at character 14 is the end; allowed is '}'
                    waiting=a{b="c         | at character 13 is '"c'; allowed is a label's value
                    waiting=a{b="c\\       | at character 13 is '"c\\'; allowed is a label's value
                    waiting=a{b=c,b=d}     | at character 15 is 'b=d}'; allowed is each label once
                    waiting=a}             | at character 10 is '}'; allowed is ',' or the end
                    """)
    void aMistakeIsToldWhereItIs(String text, String message) {
        assertThatThrownBy(() -> MetricNames.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void namesValuesAndLabelsAreBounded() {
        // Given
        var labels = new StringBuilder("l0=v");
        for (int label = 1; label <= 16; label++) {
            labels.append(",l").append(label).append("=v");
        }
        // When, Then
        assertThatThrownBy(() -> MetricNames.parse("waiting=m{" + labels + "}")).hasMessageContaining("16 of them");
        assertThatThrownBy(() -> MetricNames.parse("waiting=" + "m".repeat(201)))
                .hasMessageContaining("200 characters");
        assertThatThrownBy(() -> MetricNames.parse("waiting=m{a=" + "v".repeat(513) + "}"))
                .hasMessageContaining("512 characters");
        assertThatThrownBy(() -> MetricNames.parse("waiting=m{a=\"" + "v".repeat(513) + "\"}"))
                .hasMessageContaining("512 characters");
    }

    @Test
    void anythingIsAMappingOrRefused() {
        // Given
        long seed = Long.getLong("kvp.seed", new Random().nextLong());
        var random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            var text = new StringBuilder("waiting=a{b=\"c\",d=e},running=f");
            for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
                text.setCharAt(random.nextInt(text.length()), "{}\",=\\ ab1".charAt(random.nextInt(10)));
            }
            // When
            try {
                var names = MetricNames.parse(text.toString());
                // Then
                assertThat(MetricNames.parse("waiting=" + names.waiting()).waiting())
                        .as("seed %d", seed)
                        .isEqualTo(names.waiting());
            } catch (IllegalArgumentException e) {
                assertThat(e).as("seed %d", seed).hasMessageStartingWith("at character ");
            }
        }
    }
}
