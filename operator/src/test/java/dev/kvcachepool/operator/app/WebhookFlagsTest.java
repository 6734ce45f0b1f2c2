package dev.kvcachepool.operator.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.ParameterException;

class WebhookFlagsTest {
    private static OperatorCommand parse(String flags) {
        return OperatorCommand.parse(flags.split(" "), Map.of());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --webhook-service a.b                      | --webhook-service is 'a.b', which is no Service's name; give one
            --webhook-host https://x                   | --webhook-host is 'https://x'; give a host's name in lower case or an IPv4 address
            --webhook-host x --webhook-service y       | --webhook-service and --webhook-host exclude one another: give the way that the API server has
            --webhook-service y --webhook-port 0       | --webhook-port is 0; give a port from 1 to 65535
            --webhook-host x --webhook-port 65536      | --webhook-port is 65536; give a port from 0 to 65535
            """)
    void aWrongFlagIsNamedWithItsValue(String flags, String message) {
        assertThatThrownBy(() -> parse(flags))
                .isInstanceOf(ParameterException.class)
                .hasMessage(message);
    }

    @Test
    void withoutAWayThereIsNone() {
        assertThat(OperatorCommand.parse(new String[0], Map.of("KVP_WEBHOOK_SERVICE", ""))
                        .webhook()
                        .service())
                .isNull();
        assertThat(parse("--webhook-host 127.0.0.1 --webhook-port 0").webhook().host())
                .isEqualTo("127.0.0.1");
    }
}
