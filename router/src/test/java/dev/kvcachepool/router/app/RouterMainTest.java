package dev.kvcachepool.router.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouterMainTest {
    private static final String ENDPOINT = "--endpoint=a=http://h:1@n0";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void readsFlagsAndEnvironmentFlagsFirst() {
        // Given
        var environment = Map.of(
                "KVP_ENDPOINT", "a=http://h:1@n0;b=http://h:2",
                "KVP_KAFKA", "broker:9092",
                "KVP_MAX_BODY_SIZE", "1Mi",
                "KVP_SALT_KEY", "secret",
                "KVP_POOL", "from-environment");

        // When
        var config = RouterCommand.parse(new String[] {"--pool", "ns/p", "--request-timeout=3s"}, environment);

        // Then
        assertThat(config.endpoints()).extracting("name").containsExactly("a", "b");
        assertThat(config.kafka()).isEqualTo("broker:9092");
        assertThat(config.pool()).isEqualTo("ns/p");
        assertThat(config.maxBodyBytes()).isEqualTo(1 << 20);
        assertThat(config.requestTimeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(config.advertisedAddress()).isEqualTo("127.0.0.1");
        assertThat(config.toString()).doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--http-port=99999      | --http-port        | 99999",
                "--http-port=x          | --http-port        | x",
                "--pool=a b             | --pool             | a b",
                "--endpoint=a           | --endpoint         | a",
                "--policy=best          | --policy           | best",
                "--prefill-rate=0       | --prefill-rate     | 0",
                "--transfer-read-rate=x | --transfer-read-rate | x",
                "--max-body-size=16MB   | --max-body-size    | 16MB",
                "--max-body-size=1Gi    | --max-body-size    | 1073741824",
                "--max-prompt-tokens=-1 | --max-prompt-tokens | -1",
                "--request-timeout=0s   | --request-timeout  | 0s",
                "--max-in-flight=many   | --max-in-flight    | many",
                "--endpoint=a=http://h:9 | --endpoint        | a",
                "--unknown              | --unknown          | --unknown",
            })
    void badInputIsOneLineThatNamesFlagAndValue(String flag, String named, String value) {
        // When
        var exit = check(ENDPOINT, "--kafka=h:1", flag);

        // Then
        assertThat(exit).isEqualTo(RouterCommand.BAD_INPUT);
        assertThat(err.toString(StandardCharsets.UTF_8).strip())
                .doesNotContain("\n")
                .contains(named)
                .contains(value);
        assertThat(out.size()).isZero();
    }

    @Test
    void advertsNeedsABrokerAndOthersDoNot() {
        assertThat(check(ENDPOINT, "--http-port=0")).isEqualTo(RouterCommand.BAD_INPUT);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("--kafka");
        assertThat(check(ENDPOINT, "--http-port=0", "--policy=least-loaded")).isNull();
    }

    @Test
    void aPortInUseIsOneLine() throws Exception {
        // Given
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            // When
            var exit = check(
                    ENDPOINT,
                    "--policy=round-robin",
                    "--listen-address=127.0.0.1",
                    "--http-port=" + taken.getLocalPort());

            // Then
            assertThat(exit).isEqualTo(RouterMain.FAILED);
            assertThat(err.toString(StandardCharsets.UTF_8).strip())
                    .doesNotContain("\n")
                    .contains("cannot listen on 127.0.0.1:" + taken.getLocalPort());
        }
    }

    @Test
    void helpAndVersionGoToStdout() {
        assertThat(check("--version")).isZero();
        assertThat(check("--help")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("kvcachepool router", "--prefill-rate", "KVP_");
    }

    private Integer check(String... args) {
        return RouterMain.check(
                args,
                Map.of(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }
}
