package dev.kvcachepool.crds;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.kvcachepool.crds.Adverts.SecretRef;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who may reach a pool.
 *
 * @param auth null where engines need no password
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Security(
        @JsonPropertyDescription("Users of the RESP port, each with its own passwords and cache salts. Without it"
                + " everyone who reaches the port may read and write everything.")
        @Nullable
        Auth auth,

        @JsonPropertyDescription("Who may open connections to cache-nodes and routers.") @Default("{}")
        NetworkRules networkPolicy,

        @JsonPropertyDescription("Quotas by cache salt. Whose salt is of no tenant here, or who has none, shares what"
                + " the others leave.")
        @Size(max = 32)
        List<Tenant> tenants) {

    static final Security NONE = new Security(null, null, null);

    public Security(@Nullable Auth auth, @Nullable NetworkRules networkPolicy, @Nullable List<Tenant> tenants) {
        this.auth = auth;
        this.tenants = tenants == null ? List.of() : List.copyOf(tenants);
        this.networkPolicy = requireNonNullElse(networkPolicy, NetworkRules.NONE);
    }

    /** Users of the RESP port. */
    public record Auth(
            @JsonPropertyDescription("A Secret of the pool's namespace with the keys users.yaml, the users, and"
                    + " pool-password, what cache-nodes and routers show one another, a password a line. Cache-nodes"
                    + " follow its changes without a restart.")
            @Required
            SecretRef secretRef) {}

    /** What a NetworkPolicy lets in. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record NetworkRules(
            @JsonPropertyDescription(
                    "Whether NetworkPolicies close cache-nodes and routers to everyone but the pool's own"
                            + " pods, the operator, and who is named here. What the pods themselves connect to stays open.")
            @Default("false")
            Boolean enabled,

            @JsonPropertyDescription(
                    "Engines and gateways: who may reach the protocols' ports and the router. By default"
                            + " all pods of the pool's namespace.")
            @Size(max = 32)
            List<NetworkPolicyPeer> clients,

            @JsonPropertyDescription("Prometheus: who may reach the pods' metrics, besides the clients.")
            @Size(max = 32)
            List<NetworkPolicyPeer> monitoring) {

        static final NetworkRules NONE = new NetworkRules(null, null, null);

        public NetworkRules(
                @Nullable Boolean enabled,
                @Nullable List<NetworkPolicyPeer> clients,
                @Nullable List<NetworkPolicyPeer> monitoring) {
            this.enabled = requireNonNullElse(enabled, false);
            this.clients = clients == null ? List.of() : List.copyOf(clients);
            this.monitoring = monitoring == null ? List.of() : List.copyOf(monitoring);
        }
    }
}
