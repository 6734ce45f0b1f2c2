package dev.kvcachepool.router.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.kvcachepool.router.pick.Prompt;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompletionBodyTest {

    @ParameterizedTest
    @ValueSource(strings = {"[1,2,3]", "[[1,2,3]]", " [ [1 ,2,3 ] ] "})
    void tokenIdsCanBeSteered(String prompt) throws BadRequest {
        // When
        var parsed = parse("{\"stream\":true,\"x\":{\"y\":[1]},\"prompt\":" + prompt
                + ",\"model\":\"m\",\"cache_salt\":\"s\",\"n\":1}");

        // Then
        assertThat(parsed.stream()).isTrue();
        assertThat(parsed.request().model()).isEqualTo("m");
        assertThat(parsed.request().salt()).isEqualTo("s");
        assertThat(parsed.request().prompt())
                .isInstanceOfSatisfying(
                        Prompt.Tokens.class,
                        tokens -> assertThat(tokens.tokens()).containsExactly(1, 2, 3));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"prompt\":\"abcdefgh\"}                          | the prompt is text",
                "{\"prompt\":[\"abcd\",\"efgh\"],\"model\":\"m\"}   | the prompt is text",
                "{\"prompt\":[]}                                    | the prompt is text",
                "{\"prompt\":[[]],\"model\":\"m\"}                  | the prompt is text",
                "{\"prompt\":[[\"a\"],[\"b\"]]}                     | the prompt is text",
                "{\"prompt\":[[1],[2]],\"model\":\"m\"}             | there are several prompts",
                "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"model\":\"m\"} | the prompt is text",
                "{}                                                 | there is no prompt",
            })
    void anythingElseGoesByLoad(String body, String why) throws BadRequest {
        // When
        var parsed = parse(body);

        // Then
        assertThat(parsed.request().prompt())
                .isInstanceOfSatisfying(
                        Prompt.Opaque.class, opaque -> assertThat(opaque.why()).isEqualTo(why));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\0\0{\0", "{\0}\0", "\0\0\0{\0\0\0}", "\0{\0\0"})
    void whatLooksLikeAnotherEncodingIsNoJson(String body) {
        // When
        var refused = catchThrowableOfType(BadRequest.class, () -> parse(body));

        // Then
        assertThat(refused).hasMessageContaining("body");
    }

    @Test
    void theLengthOfTextIsGuessed() throws BadRequest {
        // When
        var parsed = parse("{\"prompt\":\"" + "x".repeat(400) + "\"}");

        // Then
        assertThat(parsed.request().prompt()).isEqualTo(new Prompt.Opaque(100, "the prompt is text"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"prompt\":[1,\"a\"]}        | prompt[1]",
                "{\"prompt\":[1,-1]}           | prompt[1]",
                "{\"prompt\":[[1,2.5]]}        | prompt[0][1]",
                "{\"prompt\":[1,2,3,4,5]}      | prompt",
                "{\"model\":1}                 | model",
                "{\"stream\":\"yes\"}          | stream",
                "{\"prompt\":[1,2              | body",
                "{\"prompt\":[[1,2],           | body",
                "{\"prompt\":[\"a\",           | body",
                "7                             | body",
            })
    void refusesWhatCannotBeRead(String body, String field) {
        // When
        var refusal = catchThrowableOfType(BadRequest.class, () -> parse(body));

        // Then
        assertThat(refusal.field()).isEqualTo(field);
    }

    private static CompletionBody.Parsed parse(String body) throws BadRequest {
        return CompletionBody.parse(body.getBytes(StandardCharsets.UTF_8), 4);
    }
}
