package dev.kvcachepool.cachenode.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GpuFlagsTest {
    @Test
    void withoutASizeThereIsNone() {
        assertThat(CommandLineReader.read(new String[0], Map.of()).settings().gpu())
                .isNull();
    }

    @Test
    void aSizeIsWholePagesOfTheFirstDevice() {
        var gpu = CommandLineReader.read(new String[] {"--gpu-size", "67108865"}, Map.of())
                .settings()
                .gpu();
        assertThat(gpu.bytes()).isEqualTo(64L << 20);
        assertThat(gpu.device()).isZero();
    }

    @Test
    void theDeviceIsGiven() {
        var gpu = CommandLineReader.read(new String[0], Map.of("KVP_GPU_SIZE", "8Gi", "KVP_GPU_DEVICE", "3"))
                .settings()
                .gpu();
        assertThat(gpu.bytes()).isEqualTo(8L << 30);
        assertThat(gpu.device()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({
        "--gpu-size=1Mi, --gpu-size, 1048576",
        "--gpu-size=2Ti, --gpu-size, 2199023255552",
        "--gpu-device=0, --gpu-device, it needs --gpu-size too",
        "--gpu-size=1Gi --gpu-device=64, --gpu-device, allowed are 0 to 63",
        "--gpu-size=1Gi --gpu-device=-1, --gpu-device, allowed are 0 to 63"
    })
    void whatIsNotAllowedIsSaid(String line, String flag, String said) {
        var parsed = CommandLineReader.read(line.split(" "), Map.of());
        assertThat(parsed.exitCode()).isEqualTo(2);
        assertThat(parsed.message()).contains("'" + flag + "'").contains(said);
    }
}
