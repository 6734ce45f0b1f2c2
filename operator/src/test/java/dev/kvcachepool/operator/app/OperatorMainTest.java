package dev.kvcachepool.operator.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OperatorMainTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private Integer check(Map<String, String> environment, String... args) {
        return OperatorMain.check(
                args,
                environment,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({
        "--http-port, 70000, --http-port is 70000; give a port from 0 to 65535",
        "--http-port, x, 'x'",
        "--namespaces, Not_A_Name, --namespaces has 'Not_A_Name'",
        "--node-image, ' ', must name an image",
        "--lease-duration, 4, --lease-duration is 4; give seconds from 5 to 600",
        "--scale-up-window, 0, --scale-up-window is 0; give seconds from 1 to 86400",
        "--scale-down-window, 86401, --scale-down-window is 86401; give seconds from 1 to 86400",
        "--scale-fill-time, -1, --scale-fill-time is -1; give seconds from 0 to 86400",
        "--nope, 1, --nope"
    })
    void aMistakeCostsOneLineThatNamesIt(String flag, String value, String message) {
        // When
        var exit = check(Map.of(), flag, value);
        // Then
        assertThat(exit).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .singleElement()
                .asString()
                .startsWith("operator: ")
                .contains(message);
    }

    @Test
    void flagsCanBeGivenAsVariables() {
        // When
        var command = OperatorCommand.parse(
                new String[0], Map.of("KVP_NAMESPACES", "a,b", "KVP_NODE_IMAGE", "other/node:1", "KVP_HTTP_PORT", "0"));
        // Then
        assertThat(command.namespaces).containsExactly("a", "b");
        assertThat(command.nodeImage).isEqualTo("other/node:1");
        assertThat(command.httpPort).isZero();
    }

    /** As OLM's annotation is where an operator looks after all namespaces. */
    @Test
    void anEmptyListOfNamespacesIsAll() {
        assertThat(OperatorCommand.parse(new String[0], Map.of("KVP_NAMESPACES", "")).namespaces)
                .isEmpty();
    }

    @Test
    void helpEndsWell() {
        // When
        var exit = check(Map.of(), "--help");
        // Then
        assertThat(exit).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("--namespaces", "KVP_LIKE_THIS");
    }
}
