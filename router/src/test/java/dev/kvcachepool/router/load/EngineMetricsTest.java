package dev.kvcachepool.router.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.router.endpoint.EngineReport;
import dev.kvcachepool.router.endpoint.EngineTraits;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EngineMetricsTest {
    /** As vLLM writes them, shortened. */
    private static final String VLLM = """
            # HELP vllm:num_requests_running Number of requests in model execution batches.
            # TYPE vllm:num_requests_running gauge
            vllm:num_requests_running{engine="0",model_name="meta-llama/Llama-3.1-8B"} 7.0
            vllm:num_requests_waiting{engine="0",model_name="meta-llama/Llama-3.1-8B"} 3.0
            vllm:kv_cache_usage_perc{engine="0",model_name="meta-llama/Llama-3.1-8B"} 0.25
            vllm:cache_config_info{block_size="16",cache_dtype="auto",num_gpu_blocks="27000",sliding_window="None"} 1.0
            vllm:lora_requests_info{max_lora="4",running_lora_adapters="old",waiting_lora_adapters=""} 1.7e+09
            vllm:lora_requests_info{max_lora="4",running_lora_adapters="a,b",waiting_lora_adapters="c"} 1.8e+09
            vllm:prompt_tokens_total{engine="0"} 12345.0
            """;

    @Test
    void readsWhatVllmSays() {
        // When
        var read = EngineMetrics.read(VLLM, MetricNames.VLLM, 42).orElseThrow();

        // Then
        assertThat(read.report()).isEqualTo(new EngineReport(3, 7, 0.25, 42));
        assertThat(read.traits()).isEqualTo(new EngineTraits(16, 27_000, Set.of("a", "b"), Set.of("c"), 4));
    }

    @Test
    void ranksAreAddedUpAndTheFullestCacheCounts() {
        // Given
        var second = VLLM.replace("engine=\"0\"", "engine=\"1\"").replace("} 0.25", "} 0.75");

        // When
        var read = EngineMetrics.read(VLLM + second, MetricNames.VLLM, 0).orElseThrow();

        // Then
        assertThat(read.report()).isEqualTo(new EngineReport(6, 14, 0.75, 0));
    }

    @Test
    void otherEnginesNamesCanBeMapped() {
        // Given
        var names = MetricNames.parse("waiting=sglang:num_queue_reqs, running=sglang:num_running_reqs");

        // When
        var read = EngineMetrics.read("sglang:num_queue_reqs 5\nsglang:num_running_reqs{a=\"}\"} 6 17\n", names, 0);

        // Then
        assertThat(read.orElseThrow().report()).isEqualTo(new EngineReport(5, 6, 0, 0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "other 1\n", "vllm:num_requests_waiting\n", "vllm:num_requests_waiting{a=\"b 1\n", "{}"})
    void aTextThatDoesNotSayIsNone(String text) {
        assertThat(EngineMetrics.read(text, MetricNames.VLLM, 0)).isEmpty();
    }

    @Test
    void whatHasTheSameNameIsToldApartByItsLabels() {
        // Given two models behind one port, of two ranks each, and names as Triton's
        var names = MetricNames.parse(
                "waiting=vllm:num_requests_waiting{model_name=\"a,b\"},"
                        + "running=nv_trt_llm_request_metrics{request_type=scheduled}, kv-usage = blocks{ type = fraction , gpu=0, }");

        // When
        var read = EngineMetrics.read("""
                vllm:num_requests_waiting{engine="0",model_name="a,b"} 2
                vllm:num_requests_waiting{engine="1",model_name="a,b"} 3
                vllm:num_requests_waiting{engine="0",model_name="a"} 50
                vllm:num_requests_waiting 60
                nv_trt_llm_request_metrics{model="x",request_type="waiting"} 70
                nv_trt_llm_request_metrics{model="x",request_type="scheduled"} 4
                blocks{type="fraction",gpu="0"} .5
                blocks{type="fraction",gpu="1"} .75
                blocks{type="used",gpu="0"} 80
                """, names, 0);

        // Then
        assertThat(read.orElseThrow().report()).isEqualTo(new EngineReport(5, 4, .5, 0));
    }

    @Test
    void whereNoSampleHasTheLabelsNothingIsSaid() {
        // Given
        var names = MetricNames.parse("waiting=w{model=a},running=r{model=a}");

        // When, Then
        assertThat(EngineMetrics.read("w{model=\"b\"} 1\nr 2\n", names, 0)).isEmpty();
    }

    @Test
    void labelsMayHoldAnything() {
        // When
        var samples = PrometheusText.read("m { a = \"q\\\"\\\\\\n,}\" , b=\"\" , } +Inf\nm NaN", Set.of("m"));

        // Then
        assertThat(samples.getFirst())
                .isEqualTo(new Sample("m", Map.of("a", "q\"\\\n,}", "b", ""), Double.POSITIVE_INFINITY));
        assertThat(samples.get(1).value()).isNaN();
    }

    @Test
    void noTextBreaksTheReader() {
        var seed = Long.getLong("fuzz.seed", System.nanoTime());
        System.out.println("EngineMetricsTest seed " + seed);
        var random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            // Given
            var text = new StringBuilder(VLLM);
            for (int edits = 1 + random.nextInt(20); edits > 0; edits--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.insert(at, "{}\",=\\ \nNaN-1e9".charAt(random.nextInt(15)));
                    default -> text.setCharAt(at, (char) random.nextInt(128));
                }
            }

            // When
            var read = EngineMetrics.read(text.toString(), MetricNames.VLLM, 0);

            // Then
            read.ifPresent(metrics -> {
                assertThat(metrics.report().waiting()).as("seed %s", seed).isNotNegative();
                assertThat(metrics.report().running()).as("seed %s", seed).isNotNegative();
                assertThat(metrics.report().kvCacheUsage()).as("seed %s", seed).isBetween(0.0, 1.0);
            });
        }
    }
}
