package dev.kvcachepool.crds;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * The protocols that engines speak to the pool.
 *
 * @param lm null where it is not served
 * @param local null where engines on the nodes' hosts get no sockets
 */
@ValidationRule(
        value = "!has(self.lm) || !has(self.resp) || self.lm.port != self.resp.port",
        message = "spec.protocols.lm.port must differ from spec.protocols.resp.port")
public record Protocols(
        @JsonPropertyDescription("Redis' protocol: LMCache's remote_url redis:// and its resp adapter.") @Default("{}")
        Resp resp,

        @JsonPropertyDescription("LMCache's own protocol, lm://; not served where this is not given.") @Nullable
        Lm lm,

        @JsonPropertyDescription("Unix sockets for engine pods on the same Kubernetes node, which read values in the"
                + " cache-node's memory by them. NodeLocal only; the restricted Pod Security Standard refuses it.")
        @Nullable
        Local local) {

    static final Protocols DEFAULTS = new Protocols(null, null, null);

    public Protocols(@Nullable Resp resp, @Nullable Lm lm, @Nullable Local local) {
        this.resp = requireNonNullElse(resp, new Resp(null));
        this.lm = lm;
        this.local = local;
    }

    /** Sockets in a folder of each Kubernetes node. */
    public record Local(
            @JsonPropertyDescription("Absolute path of a folder that is there on each Kubernetes node, for this pool"
                    + " alone, and that the cache-nodes may write to; engine pods mount it read-only.")
            @Required
            @Size(max = 256)
            @Pattern("^(/[A-Za-z0-9][-._A-Za-z0-9]*)+$")
            String hostPath,

            @JsonPropertyDescription(
                    "Who may connect, as a file's permissions: by default the cache-node's user and the"
                            + " sockets' group.")
            @Default("660")
            @Pattern("^6[06][06]$")
            String permissions) {

        public Local(String hostPath, @Nullable String permissions) {
            this.hostPath = hostPath;
            this.permissions = requireNonNullElse(permissions, "660");
        }
    }

    /** LMCache's remote-server protocol. */
    public record Lm(
            @JsonPropertyDescription("Port of the cache-nodes and of their Service.")
            @Default("65432")
            @Min(1024)
            @Max(65535)
            Integer port,

            @JsonPropertyDescription("Whether it is served over TLS too where there is spec.security.tls. LMCache's own"
                    + " client speaks none: for it, say false.")
            @Default("true")
            Boolean tls) {

        public Lm(@Nullable Integer port, @Nullable Boolean tls) {
            this.port = requireNonNullElse(port, 65432);
            this.tls = requireNonNullElse(tls, true);
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
