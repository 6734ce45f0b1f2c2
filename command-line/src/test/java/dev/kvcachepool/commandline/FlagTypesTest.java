package dev.kvcachepool.commandline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Option;

class FlagTypesTest {

    @ParameterizedTest
    @CsvSource({"0, 0", "1Ki, 1024", "1.5Gi, 1610612736", "2G, 2000000000", "7k, 7000", "1T, 1000000000000"})
    void bytesAreWrittenAsKubernetesWritesThem(String text, long bytes) {
        assertThat(new FlagTypes.Bytes().convert(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1ki", "1 Gi", "Gi", "999999999999999Ti"})
    void otherBytesAreRefusedByName(String text) {
        assertThatThrownBy(() -> new FlagTypes.Bytes().convert(text))
                .hasMessageStartingWith("'" + text + "' is not allowed; allowed are");
    }

    @Test
    void timesHaveAUnit() {
        assertThat(new FlagTypes.Time().convert("500ms")).isEqualTo(Duration.ofMillis(500));
        assertThat(new FlagTypes.Time().convert("2h")).isEqualTo(Duration.ofHours(2));
        assertThatThrownBy(() -> new FlagTypes.Time().convert("0s")).hasMessageContaining("'0s'");
        assertThatThrownBy(() -> new FlagTypes.Time().convert("5")).hasMessageContaining("'5'");
    }

    @Test
    void namesAreThoseThatKafkaAllows() {
        assertThat(new FlagTypes.PoolName().convert("team/pool")).isEqualTo("team/pool");
        assertThat(new FlagTypes.TopicName().convert("a.b-c_d")).isEqualTo("a.b-c_d");
        assertThatThrownBy(() -> new FlagTypes.PoolName().convert("a/b/c")).hasMessageContaining("'a/b/c'");
        assertThatThrownBy(() -> new FlagTypes.TopicName().convert("..")).hasMessageContaining("'..'");
        assertThatThrownBy(() -> new FlagTypes.Brokers().convert("host")).hasMessageContaining("'host'");
    }

    @Test
    void eachFlagIsAVariableTooAndTheFlagWins() {
        // Given
        var environment = new EnvironmentDefaults(Map.of("KVP_SOME_FLAG", "variable", "KVP_OTHER", "kept"));
        var flags = new Flags();
        // When
        new CommandLine(flags).setDefaultValueProvider(environment).parseArgs("--some-flag", "flag");
        // Then
        assertThat(flags.some).isEqualTo("flag");
        assertThat(flags.other).isEqualTo("kept");
    }

    private static final class Flags {
        @Option(names = "--some-flag")
        private String some;

        @Option(names = "--other")
        private String other;
    }
}
