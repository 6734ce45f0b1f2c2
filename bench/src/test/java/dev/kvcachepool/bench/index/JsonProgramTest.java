package dev.kvcachepool.bench.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonProgramTest {

    /** More than a pipe holds comes behind the document: who closes the pipe at the last brace breaks it for the program. */
    @Test
    void readsWhatAProgramPrintsToItsEnd() throws Exception {
        // Given
        var program = shell("printf '{\"nodes\": %s}' \"$NODES\"; head -c 1000000 /dev/zero | tr '\\0' '\\n'");

        // When
        var result = program.run();

        // Then
        assertThat(result.path("nodes").asInt()).isEqualTo(64);
    }

    @Test
    void saysHowAProgramEnded() {
        // Given
        var program = shell("printf '{}'; exit 3");

        // When, then
        assertThatThrownBy(program::run)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("sh, -c")
                .hasMessageEndingWith("ended with 3");
    }

    @Test
    void refusesWhatIsNoJsonObject() {
        assertThatThrownBy(shell("echo '{\"nodes\": '")::run)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("printed no JSON");
        assertThatThrownBy(shell("echo 64")::run)
                .isInstanceOf(IOException.class)
                .hasMessageEndingWith("allowed is a JSON object");
        assertThatThrownBy(shell("true")::run)
                .isInstanceOf(IOException.class)
                .hasMessageEndingWith("printed 0 bytes, allowed is a JSON object");
    }

    private static JsonProgram shell(String script) {
        return new JsonProgram(List.of("sh", "-c", script), Map.of("NODES", "64"));
    }
}
