package dev.kvcachepool.crds;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.kvcachepool.crds.Adverts.SecretRef;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who may reach a pool.
 *
 * @param auth null where engines need no password
 * @param tls null where nothing is encrypted
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Security(
        @JsonPropertyDescription("Users of the RESP port, each with its own passwords and cache salts. Without it"
                + " everyone who reaches the port may read and write everything.")
        @Nullable
        Auth auth,

        @JsonPropertyDescription(
                "TLS at the protocols' ports, between the cache-nodes, and from routers to them; health,"
                        + " metrics and the router's API are HTTPS. Without it values and passwords are as safe as the network.")
        @Nullable
        Tls tls,

        @JsonPropertyDescription("Who may open connections to cache-nodes and routers.") @Default("{}")
        NetworkRules networkPolicy,

        @JsonPropertyDescription("Quotas by cache salt. Whose salt is of no tenant here, or who has none, shares what"
                + " the others leave.")
        @Size(max = 32)
        List<Tenant> tenants) {

    static final Security NONE = new Security(null, null, null, null);

    public Security(
            @Nullable Auth auth,
            @Nullable Tls tls,
            @Nullable NetworkRules networkPolicy,
            @Nullable List<Tenant> tenants) {
        this.auth = auth;
        this.tls = tls;
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

    /**
     * One certificate for all of a pool's cache-nodes and routers.
     *
     * @param secretRef null where there is {@code issuerRef}
     * @param issuerRef null where there is {@code secretRef}
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(
            value = "has(self.secretRef) != has(self.issuerRef)",
            message = "spec.security.tls: give exactly one of secretRef and issuerRef")
    public record Tls(
            @JsonPropertyDescription(
                    "A Secret of the pool's namespace, type kubernetes.io/tls, as cert-manager makes them: tls.crt,"
                            + " a certificate for servers and clients with the DNS names <pool>.<namespace>.svc,"
                            + " <pool>-router.<namespace>.svc and *.<pool>-nodes.<namespace>.svc; tls.key, its key in PKCS#8; ca.crt, who vouches for it and for"
                            + " clients' certificates. Cache-nodes and routers follow its changes without a restart. Either"
                            + " this or issuerRef.")
            @Nullable
            SecretRef secretRef,

            @JsonPropertyDescription(
                    "An issuer of cert-manager's, which says who vouches for it (ca.crt), as those of ACME don't. The"
                            + " operator writes a Certificate for the Secret <pool>-tls. Either this or secretRef.")
            @Nullable
            IssuerRef issuerRef,

            @JsonPropertyDescription(
                    "Whether clients of RESP and lm:// must show a certificate that ca.crt vouches for."
                            + " Cache-nodes always must, to one another.")
            @Default("Optional")
            ClientCertificates clientCertificates) {

        public Tls(
                @Nullable SecretRef secretRef,
                @Nullable IssuerRef issuerRef,
                @Nullable ClientCertificates clientCertificates) {
            this.secretRef = secretRef;
            this.issuerRef = issuerRef;
            this.clientCertificates = requireNonNullElse(clientCertificates, ClientCertificates.Optional);
        }
    }

    /** Who issues a pool's certificate, as cert-manager knows it. */
    @ValidationRule(
            value = "self.group != 'cert-manager.io' || self.kind in ['Issuer', 'ClusterIssuer']",
            fieldPath = ".kind",
            message = "spec.security.tls.issuerRef.kind must be Issuer or ClusterIssuer, unless issuerRef.group is"
                    + " another one than cert-manager.io")
    public record IssuerRef(
            @JsonPropertyDescription("Name of the issuer.")
            @Required
            @Size(min = 1, max = 253)
            @Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
            String name,

            @JsonPropertyDescription("Issuer, which is of the pool's namespace, or ClusterIssuer; in another group, a"
                    + " kind of that.")
            @Default("Issuer")
            @Size(min = 1, max = 63)
            @Pattern("^[A-Z][A-Za-z0-9]*$")
            String kind,

            @JsonPropertyDescription("API group of the issuer.")
            @Default("cert-manager.io")
            @Size(min = 1, max = 253)
            @Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
            String group) {

        public IssuerRef(String name, @Nullable String kind, @Nullable String group) {
            this.name = name;
            this.kind = requireNonNullElse(kind, "Issuer");
            this.group = requireNonNullElse(group, "cert-manager.io");
        }
    }

    /** Whether clients show a certificate. */
    public enum ClientCertificates {
        Optional,
        Required
    }

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
