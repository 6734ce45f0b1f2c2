package dev.kvcachepool.bridges.vllm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EngineAddressTest {
    @Test
    void eachRankHasPortsOfItsOwn() {
        // Given, When
        var engine =
                EngineAddress.parse("vllm-0=tcp://10.0.0.1:5557,replay=tcp://10.0.0.1:6557,ranks=2,model=meta/llama");
        // Then
        assertThat(engine.events(1)).isEqualTo("tcp://10.0.0.1:5558");
        assertThat(engine.replay(1)).isEqualTo("tcp://10.0.0.1:6558");
        assertThat(engine.rankName(1)).isEqualTo("vllm-0/dp1");
        assertThat(engine.model()).isEqualTo("meta/llama");
    }

    @Test
    void aNameAndAnAddressAreEnough() {
        // Given, When
        var engine = EngineAddress.parse("e=tcp://[::1]:5557");
        // Then
        assertThat(engine).isEqualTo(new EngineAddress("e", "[::1]", 5557, null, 0, 1, ""));
        assertThat(engine.replay(0)).isNull();
        assertThat(engine.rankName(0)).isEqualTo("e");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "e",
                "e=http://h:1",
                "e=tcp://h",
                "e=tcp://h:0",
                "e=tcp://h:65536",
                "e=tcp://h:65535,ranks=2",
                "e=tcp://h:1,ranks=0",
                "e=tcp://h:1,ranks=65",
                "e=tcp://h:1,replay=h:2",
                "e=tcp://h:1,colour=red",
                "e/f=tcp://h:1"
            })
    void anythingElseIsRefusedWithWhatIsAllowed(String text) {
        assertThatThrownBy(() -> EngineAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(EngineAddress.FORM);
    }
}
