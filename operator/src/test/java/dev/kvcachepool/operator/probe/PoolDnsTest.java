package dev.kvcachepool.operator.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoolDnsTest {
    private final PoolDns dns = new PoolDns(Set.of("kafka.serving", "localhost.serving", "10.serving")::contains);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            kafka:9092                | kafka.serving:9092
            kafka:9092, kafka:9093    | kafka.serving:9092,kafka.serving:9093
            kafka.other:9092          | kafka.other:9092
            elsewhere:9092            | elsewhere:9092
            localhost:9092            | localhost:9092
            127.0.0.1:9092            | 127.0.0.1:9092
            [::1]:9092                | [::1]:9092
            kafka                     | kafka
            """)
    void aShortNameIsOneOfThePoolsNamespace(String written, String here) {
        assertThat(dns.servers(written, "serving")).isEqualTo(here);
    }
}
