package dev.kvcachepool.crds;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * The protocols that engines speak to the pool.
 *
 * @param lm null where it is not served
 */
@ValidationRule(
        value = "!has(self.lm) || !has(self.resp) || self.lm.port != self.resp.port",
        message = "spec.protocols.lm.port must differ from spec.protocols.resp.port")
public record Protocols(
        @JsonPropertyDescription("Redis' protocol: LMCache's remote_url redis:// and its resp adapter.") @Default("{}")
        Resp resp,

        @JsonPropertyDescription("LMCache's own protocol, lm://; not served where this is not given.") @Nullable
        Lm lm) {

    static final Protocols DEFAULTS = new Protocols(null, null);

    public Protocols(@Nullable Resp resp, @Nullable Lm lm) {
        this.resp = requireNonNullElse(resp, new Resp(null));
        this.lm = lm;
    }

    /** LMCache's remote-server protocol. */
    public record Lm(
            @JsonPropertyDescription("Port of the cache-nodes and of their Service.")
            @Default("65432")
            @Min(1024)
            @Max(65535)
            Integer port) {

        public Lm(@Nullable Integer port) {
            this.port = requireNonNullElse(port, 65432);
        }
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
