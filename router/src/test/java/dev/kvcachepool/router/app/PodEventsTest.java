package dev.kvcachepool.router.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvcachepool.bridges.vllm.EngineAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodEventsTest {

    @Test
    void whatIsLeftOutHasADefault() {
        assertThat(PodEvents.parse("port=5557")).isEqualTo(new PodEvents(5557, 0, 1, "", 64));
        assertThat(PodEvents.parse("model=org/m,port=5557,replay=5657,ranks=64,most=1024"))
                .isEqualTo(new PodEvents(5557, 5657, 64, "org/m", 1024));
    }

    @Test
    void aPodsAddressIsWhatWouldBeWrittenForIt() {
        // When
        var address = PodEvents.parse("port=5557,replay=5558,model=m").of("pod-1", "[::1]");
        // Then
        assertThat(address.toString())
                .isEqualTo(EngineAddress.parse("pod-1=tcp://[::1]:5557,replay=tcp://[::1]:5558,model=m")
                        .toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    ""                       | '' is no field
                    5557                     | '5557' is no field
                    port=5557,               | '' is no field
                    port=5557,port=5558      | 'port=5558' is no field, or there twice
                    port=5557,host=x         | 'host=x' is no field
                    replay=5557              | port is 1 to 65535
                    port=0                   | port is 1 to 65535
                    port=-1                  | port is 1 to 65535
                    port=65536               | port is 1 to 65535
                    port=65535,ranks=2       | port is 1 to 65534
                    port=1,replay=65535,ranks=2 | replay is 1 to 65534
                    port=1,replay=           | replay is 1 to 65535
                    port=1,ranks=65          | ranks is 1 to 64
                    port=1,ranks=0           | ranks is 1 to 64
                    port=1,most=1025         | most is 1 to 1024
                    port=1,model=            | model is 1 to 200 characters
                    """)
    void aMistakeIsNamedByItsField(String text, String message) {
        assertThatThrownBy(() -> PodEvents.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }
}
