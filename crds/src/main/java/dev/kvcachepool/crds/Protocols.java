package dev.kvcachepool.crds;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import org.jspecify.annotations.Nullable;

/** The protocols that engines speak to the pool. */
public record Protocols(
        @JsonPropertyDescription("Redis' protocol: LMCache's remote_url redis:// and its resp adapter.") @Default("{}")
        Resp resp) {

    static final Protocols DEFAULTS = new Protocols(null);

    public Protocols(@Nullable Resp resp) {
        this.resp = requireNonNullElse(resp, new Resp(null));
    }

    /** RESP2 and RESP3. */
    public record Resp(
            @JsonPropertyDescription("Port of the cache-nodes and of their Service.")
            @Default("6379")
            @Min(1024)
            @Max(65535)
            Integer port) {

        public Resp(@Nullable Integer port) {
            this.port = requireNonNullElse(port, 6379);
        }
    }
}
