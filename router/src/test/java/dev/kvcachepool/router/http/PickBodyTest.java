package dev.kvcachepool.router.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.kvcachepool.router.pick.Prompt;
import dev.kvcachepool.router.request.BadRequest;
import dev.kvcachepool.router.request.CompletionBody;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PickBodyTest {
    private static final int MAX_TOKENS = 4;

    @Test
    void readsTokens() throws BadRequest {
        // When
        var parsed = parse("{\"model\":\"m\",\"salt\":\"s\",\"tokens\":[0,2147483647],\"endpoints\":[\"e\"]}");

        // Then
        assertThat(parsed.request().model()).isEqualTo("m");
        assertThat(parsed.request().salt()).isEqualTo("s");
        assertThat(parsed.request().endpoints()).containsExactly("e");
        assertThat(parsed.follow()).isTrue();
        assertThat(parsed.request().prompt())
                .isInstanceOfSatisfying(
                        Prompt.Tokens.class,
                        tokens -> assertThat(tokens.tokens()).containsExactly(0, 2147483647));
    }

    @Test
    void readsHashes() throws BadRequest {
        // When
        var parsed = parse("{\"follow\":false,\"blockHashes\":{\"hashes\":[\"00000000000000010000000000000002ff\"],"
                + "\"scheme\":\"lmcache-blake3\"},\"model\":\"m\"}");

        // Then
        assertThat(parsed.follow()).isFalse();
        assertThat(parsed.request().prompt())
                .isInstanceOfSatisfying(
                        Prompt.Hashes.class,
                        hashes -> assertThat(hashes.chain()).hasToString("[00000000000000010000000000000002]"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``                                                              | body",
                "nonsense                                                        | body",
                "[]                                                              | body",
                "{\"model\":\"m\",\"tokens\":[1]                                 | body",
                "{\"model\":\"m\",\"tokens\":[1]} {}                             | body",
                "{\"model\":\"m\",\"tokens\":[1],\"model\":\"n\"}                | body",
                "{\"model\":\"m\",\"tokens\":[1                                  | body",
                "{\"tokens\":[1]}                                                | model",
                "{\"model\":\"\",\"tokens\":[1]}                                 | model",
                "{\"model\":7,\"tokens\":[1]}                                    | model",
                "{\"model\":null,\"tokens\":[1]}                                 | model",
                "{\"model\":\"m\"}                                               | tokens",
                "{\"model\":\"m\",\"tokens\":[]}                                 | tokens",
                "{\"model\":\"m\",\"tokens\":\"1\"}                              | tokens",
                "{\"model\":\"m\",\"tokens\":null}                               | tokens",
                "{\"model\":\"m\",\"tokens\":[1,2,3,4,5]}                        | tokens",
                "{\"model\":\"m\",\"tokens\":[1,-2]}                             | tokens[1]",
                "{\"model\":\"m\",\"tokens\":[2147483648]}                       | tokens[0]",
                "{\"model\":\"m\",\"tokens\":[99999999999999999999999]}          | tokens[0]",
                "{\"model\":\"m\",\"tokens\":[1.5]}                              | tokens[0]",
                "{\"model\":\"m\",\"tokens\":[\"1\"]}                            | tokens[0]",
                "{\"model\":\"m\",\"tokens\":[[1]]}                              | tokens[0]",
                "{\"model\":\"m\",\"tokens\":[1],\"blockHashes\":{\"scheme\":\"lmcache-blake3\",\"hashes\":[\"0011223344556677\"]}} | tokens",
                "{\"model\":\"m\",\"blockHashes\":[]}                            | blockHashes",
                "{\"model\":\"m\",\"blockHashes\":{}}                            | blockHashes.scheme",
                "{\"model\":\"m\",\"blockHashes\":{\"scheme\":\"md5\"}}          | blockHashes.scheme",
                "{\"model\":\"m\",\"blockHashes\":{\"scheme\":\"lmcache-blake3\"}} | blockHashes.hashes",
                "{\"model\":\"m\",\"blockHashes\":{\"scheme\":\"lmcache-blake3\",\"hashes\":[]}} | blockHashes.hashes",
                "{\"model\":\"m\",\"blockHashes\":{\"scheme\":\"lmcache-blake3\",\"hashes\":[\"xyz\"]}} | blockHashes.hashes[0]",
                "{\"model\":\"m\",\"blockHashes\":{\"scheme\":\"lmcache-blake3\",\"hashes\":[\"00\"]}} | blockHashes.hashes[0]",
                "{\"model\":\"m\",\"blockHashes\":{\"scheme\":\"lmcache-blake3\",\"hashes\":[7]}} | blockHashes.hashes[0]",
                "{\"model\":\"m\",\"blockHashes\":{\"salt\":7}}                  | blockHashes.salt",
                "{\"model\":\"m\",\"tokens\":[1],\"endpoints\":[]}               | endpoints",
                "{\"model\":\"m\",\"tokens\":[1],\"endpoints\":\"e\"}            | endpoints",
                "{\"model\":\"m\",\"tokens\":[1],\"endpoints\":[\"f\"]}          | endpoints[0]",
                "{\"model\":\"m\",\"tokens\":[1],\"follow\":1}                   | follow",
                "{\"model\":\"m\",\"tokens\":[1],\"salt\":1}                     | salt",
                "{\"model\":\"m\",\"tokens\":[1],\"temperature\":1}              | temperature",
            })
    void refusesNamingTheField(String body, String field) {
        // When
        var refusal = catchThrowableOfType(BadRequest.class, () -> parse(body));

        // Then
        assertThat(refusal.field()).isEqualTo(field);
        assertThat(refusal.status()).isEqualTo(400);
        assertThat(refusal.allowed()).isNotEmpty();
    }

    @Test
    void nestingIsBounded() {
        // Given
        var bomb = "{\"model\":" + "[".repeat(100_000);

        // When
        var refusal = catchThrowableOfType(BadRequest.class, () -> parse(bomb));

        // Then
        assertThat(refusal.field()).isEqualTo("model");
        var completion = "{\"other\":" + "[".repeat(100_000);
        var inProxy = catchThrowableOfType(
                BadRequest.class, () -> CompletionBody.parse(completion.getBytes(StandardCharsets.UTF_8), MAX_TOKENS));
        assertThat(inProxy.field()).isEqualTo("body");
    }

    private static PickBody.Parsed parse(String body) throws BadRequest {
        return PickBody.parse(body.getBytes(StandardCharsets.UTF_8), MAX_TOKENS, "e"::equals);
    }
}
