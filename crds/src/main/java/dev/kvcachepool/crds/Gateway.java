package dev.kvcachepool.crds;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.kvcachepool.crds.Adverts.SecretRef;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * The router as endpoint picker of stock gateways.
 *
 * @param inferencePool null where engines are named by labels
 * @param tlsSecretRef null unless {@code tls} is {@link GatewayTls#Secret}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "has(self.tlsSecretRef) == (self.tls == 'Secret')",
        fieldPath = ".tlsSecretRef",
        message = "spec.router.gateway.tlsSecretRef belongs to spec.router.gateway.tls: Secret, and only to it")
public record Gateway(
        @JsonPropertyDescription("The port at which gateways ask, over Envoy's ext_proc; 9002 by custom.")
        @Default("9002")
        @Min(1024)
        @Max(65535)
        @ValidationRule(
                value = "self != 8080",
                message = "spec.router.gateway.port must not be 8080, where the router serves HTTP")
        Integer port,

        @JsonPropertyDescription(
                "An InferencePool of the Gateway API's inference extension, in the pool's namespace: its pods are the"
                        + " engines, instead of those of spec.router.engines. It names the Service <pool>-router and"
                        + " this port as its endpointPickerRef.")
        @Size(min = 1, max = 253)
        @Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
        @Nullable
        String inferencePool,

        @JsonPropertyDescription(
                "How gateways connect: SelfSigned (TLS that nobody verifies, as is the custom with pickers), Secret (TLS"
                        + " with your certificate) or None.")
        @Default("SelfSigned")
        GatewayTls tls,

        @JsonPropertyDescription("A Secret of the pool's namespace, type kubernetes.io/tls, whose key is PKCS#8 in PEM."
                + " The router reads it anew when it changes.")
        @Nullable
        SecretRef tlsSecretRef) {

    public Gateway(
            @Nullable Integer port,
            @Nullable String inferencePool,
            @Nullable GatewayTls tls,
            @Nullable SecretRef tlsSecretRef) {
        this.port = requireNonNullElse(port, 9002);
        this.inferencePool = inferencePool;
        this.tls = requireNonNullElse(tls, GatewayTls.SelfSigned);
        this.tlsSecretRef = tlsSecretRef;
    }
}
