package dev.kvcachepool.e2e.runtime.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MountPathsTest {
    private final MountPaths paths =
            new MountPaths(Map.of("/etc/kafka", Path.of("/host/ca"), "/etc/kafka/deep", Path.of("/host/deep")));

    @Test
    void a_path_below_a_mount_gets_the_folder_that_stands_for_it() {
        assertThat(paths.rewrite("/etc/kafka/ca.crt")).isEqualTo("/host/ca/ca.crt");
        assertThat(paths.rewrite("/etc/kafka")).isEqualTo("/host/ca");
        assertThat(paths.rewrite("/etc/kafka/deep/x")).isEqualTo("/host/deep/x");
        assertThat(paths.rewrite("--kafka-ca-file=/etc/kafka/ca.crt")).isEqualTo("--kafka-ca-file=/host/ca/ca.crt");
    }

    @Test
    void anything_else_stays_as_it_is() {
        assertThat(paths.rewrite("/etc/kafkaesque")).isEqualTo("/etc/kafkaesque");
        assertThat(paths.rewrite("see /etc/kafka/ca.crt")).isEqualTo("see /etc/kafka/ca.crt");
        assertThat(paths.rewrite("")).isEmpty();
    }
}
