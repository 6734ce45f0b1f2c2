package dev.kvcachepool.router.load;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What engines call their metrics. Where several samples are meant by one of them, as those of an engine's ranks, they count
 * together.
 *
 * @param waiting requests that wait for their prefill
 * @param running requests in the batch
 * @param kvUsage share of KV blocks in use, 0 to 1
 * @param cacheConfig with labels {@code block_size} and {@code num_gpu_blocks}
 * @param adapters with labels {@code running_lora_adapters}, {@code waiting_lora_adapters} and {@code max_lora}
 */
public record MetricNames(
        MetricSelector waiting,
        MetricSelector running,
        MetricSelector kvUsage,
        MetricSelector cacheConfig,
        MetricSelector adapters) {
    /** vLLM's. */
    public static final MetricNames VLLM = new MetricNames(
            MetricSelector.all("vllm:num_requests_waiting"),
            MetricSelector.all("vllm:num_requests_running"),
            MetricSelector.all("vllm:kv_cache_usage_perc"),
            MetricSelector.all("vllm:cache_config_info"),
            MetricSelector.all("vllm:lora_requests_info"));

    /** How a mapping is written, for messages. */
    public static final String FORM =
            "field=metric,… with the fields waiting, running, kv-usage, cache-config and lora, as in "
                    + "waiting=sglang:num_queue_reqs,running=sglang:num_running_reqs,kv-usage=sglang:token_usage; "
                    + "a metric may name labels that its samples have, as in waiting=metric{type=waiting,model=\"a,b\"}";

    private static final Set<String> FIELDS = Set.of("waiting", "running", "kv-usage", "cache-config", "lora");

    /**
     * Reads {@link #FORM}; fields that are left out are called as vLLM calls them.
     *
     * @throws IllegalArgumentException if {@code text} is none, which says where
     */
    public static MetricNames parse(String text) {
        return of(MetricMapping.read(text, FIELDS));
    }

    private static MetricNames of(Map<String, MetricSelector> named) {
        return new MetricNames(
                named.getOrDefault("waiting", VLLM.waiting),
                named.getOrDefault("running", VLLM.running),
                named.getOrDefault("kv-usage", VLLM.kvUsage),
                named.getOrDefault("cache-config", VLLM.cacheConfig),
                named.getOrDefault("lora", VLLM.adapters));
    }

    /** The names of all, whatever their labels. */
    Set<String> all() {
        return Stream.of(waiting, running, kvUsage, cacheConfig, adapters)
                .map(MetricSelector::name)
                .collect(Collectors.toUnmodifiableSet());
    }
}
