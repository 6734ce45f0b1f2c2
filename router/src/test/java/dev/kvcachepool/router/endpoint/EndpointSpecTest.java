package dev.kvcachepool.router.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvcachepool.prefixadvert.wire.HolderId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointSpecTest {

    @Test
    void readsNameUrlAndNode() {
        // When
        var spec = EndpointSpec.parse("vllm-0=http://10.0.0.1:8000@pool/node-0");

        // Then
        assertThat(spec.name()).isEqualTo("vllm-0");
        assertThat(spec.host()).isEqualTo("10.0.0.1");
        assertThat(spec.port()).isEqualTo(8000);
        assertThat(spec.cacheNode()).isEqualTo(new NodeRef.Holder(new HolderId("pool/node-0")));
        assertThat(spec.origin()).isEqualTo(Origin.STATIC);
    }

    @Test
    void theNodeAndThePortMayBeLeftOut() {
        // When
        var spec = EndpointSpec.parse("a=http://engine/");

        // Then
        assertThat(spec.port()).isEqualTo(80);
        assertThat(spec.cacheNode()).isEqualTo(NodeRef.NOBODY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "a=",
                "=http://h",
                "a=h:1",
                "a=https://h:1",
                "a=http://h:0",
                "a=http://h:70000",
                "a=http://h:x",
                "a=http://h:1/path",
                "a b=http://h:1",
                "a=http://h:1@",
                "a=http://h%zz"
            })
    void refusesAnythingElse(String text) {
        assertThatThrownBy(() -> EndpointSpec.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
