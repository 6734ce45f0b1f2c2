package dev.kvcachepool.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/**
 * What others say of their KV blocks, and where it is heard.
 *
 * @param vllmEvents null where no engine is listened to
 * @param lmcacheEvents null where LMCache's topic is left alone
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Bridges(
        @JsonPropertyDescription(
                "Engines that publish vLLM's KV events: what each has in its own memory counts for it.")
        @Nullable
        VllmEvents vllmEvents,

        @JsonPropertyDescription("LMCache's cache events on Kafka.") @Nullable
        LmcacheEvents lmcacheEvents) {

    static final Bridges NONE = new Bridges(null, null);
}
