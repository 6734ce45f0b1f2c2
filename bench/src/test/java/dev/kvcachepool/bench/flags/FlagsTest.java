package dev.kvcachepool.bench.flags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FlagsTest {

    @Test
    void othersAreRefusedWithWhatIsAllowed() {
        assertThatThrownBy(() -> new Choice.Server().convert("valkey")).hasMessageContaining("'valkey'", "memcached");
        assertThatThrownBy(() -> new Choice.Way().convert("rdma")).hasMessageContaining("tcp, unix and shared");
        assertThatThrownBy(() -> new Choice.Connections().convert("0")).hasMessageContaining("1 to 256");
        assertThatThrownBy(() -> new Sizes.Value().convert("33Mi")).hasMessageContaining("1Ki to 32Mi");
        assertThatThrownBy(() -> new Sizes.Memory().convert("1Mi")).hasMessageContaining("64Mi to 64Gi");
    }

    @Test
    void sizesAreListed() {
        assertThat(Sizes.of("256Ki,2Mi")).containsExactly(262_144L, 2_097_152L);
    }
}
