package dev.kvcachepool.router.load;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What engines call their metrics.
 *
 * @param waiting requests that wait for their prefill
 * @param running requests in the batch
 * @param kvUsage share of KV blocks in use, 0 to 1
 * @param cacheConfig with labels {@code block_size} and {@code num_gpu_blocks}
 * @param adapters with labels {@code running_lora_adapters}, {@code waiting_lora_adapters} and {@code max_lora}
 */
public record MetricNames(String waiting, String running, String kvUsage, String cacheConfig, String adapters) {
    /** vLLM's. */
    public static final MetricNames VLLM = new MetricNames(
            "vllm:num_requests_waiting",
            "vllm:num_requests_running",
            "vllm:kv_cache_usage_perc",
            "vllm:cache_config_info",
            "vllm:lora_requests_info");

    /** How a mapping is written, for messages. */
    public static final String FORM =
            "field=metric,… with the fields waiting, running, kv-usage, cache-config and lora, as in "
                    + "waiting=sglang:num_queue_reqs,running=sglang:num_running_reqs,kv-usage=sglang:token_usage";

    private static final Set<String> FIELDS = Set.of("waiting", "running", "kv-usage", "cache-config", "lora");
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]{0,199}");

    /**
     * Reads {@link #FORM}; fields that are left out are called as vLLM calls them.
     *
     * @throws IllegalArgumentException if {@code text} is none
     */
    public static MetricNames parse(String text) {
        var named = new HashMap<String, String>();
        for (var part : Arrays.asList(text.split(",", -1))) {
            int equals = part.indexOf('=');
            var field = equals < 0 ? "" : part.substring(0, equals).strip();
            var name = part.substring(equals + 1).strip();
            if (!FIELDS.contains(field) || !NAME.matcher(name).matches() || named.put(field, name) != null) {
                throw new IllegalArgumentException("not of the form " + FORM);
            }
        }
        return of(named);
    }

    private static MetricNames of(Map<String, String> named) {
        return new MetricNames(
                named.getOrDefault("waiting", VLLM.waiting),
                named.getOrDefault("running", VLLM.running),
                named.getOrDefault("kv-usage", VLLM.kvUsage),
                named.getOrDefault("cache-config", VLLM.cacheConfig),
                named.getOrDefault("lora", VLLM.adapters));
    }

    Set<String> all() {
        return new HashSet<>(Arrays.asList(waiting, running, kvUsage, cacheConfig, adapters));
    }
}
