package dev.kvcachepool.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Whose values may take how much of each cache-node. */
@ValidationRule(
        value = "has(self.quota.host) || has(self.quota.disk) || has(self.quota.gpu)",
        fieldPath = ".quota",
        message = "spec.security.tenants: quota needs at least one of host, disk and gpu, for example host: 4Gi")
public record Tenant(
        @JsonPropertyDescription("What metrics and logs call the tenant.")
        @Required
        @Size(min = 1, max = 63)
        @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
        String name,

        @JsonPropertyDescription(
                "The cache salts of the tenant's keys, one a line. Cache-nodes follow its changes without"
                        + " a restart, for what is stored from then on.")
        @Required
        Salts saltsSecretRef,

        @JsonPropertyDescription(
                "What the tenant's values may take of each cache-node. At its quota a tenant's own values"
                        + " are evicted, and nobody else's.")
        @Required
        Quota quota) {

    /** A key of a Secret in the pool's own namespace. */
    public record Salts(
            @JsonPropertyDescription("The Secret's name.") @Required @Size(min = 1, max = 253)
            String name,

            @JsonPropertyDescription("The Secret's key.")
            @Default("salts")
            @Size(min = 1, max = 253)
            @Pattern("^[-._a-zA-Z0-9]+$")
            String key) {

        public Salts(String name, @Nullable String key) {
            this.name = name;
            this.key = Objects.requireNonNullElse(key, "salts");
        }
    }

    /**
     * By tier.
     *
     * @param host null for no limit of its own, as the others
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Quota(
            @JsonPropertyDescription("Of spec.tiers.host.size, a quantity from 1Mi to 1Pi such as 4Gi.")
            @Size(max = 32)
            @ValidationRule(
                    value = "isQuantity(self) && quantity(self).compareTo(quantity('1Mi')) >= 0"
                            + " && quantity(self).compareTo(quantity('1Pi')) <= 0",
                    message = "spec.security.tenants: quota.host must be a quantity from 1Mi to 1Pi, for example 4Gi")
            @Nullable
            String host,

            @JsonPropertyDescription("Of spec.tiers.disk.size, a quantity from 1Mi to 1Pi such as 100Gi.")
            @Size(max = 32)
            @ValidationRule(
                    value = "isQuantity(self) && quantity(self).compareTo(quantity('1Mi')) >= 0"
                            + " && quantity(self).compareTo(quantity('1Pi')) <= 0",
                    message = "spec.security.tenants: quota.disk must be a quantity from 1Mi to 1Pi, for example 100Gi")
            @Nullable
            String disk,

            @JsonPropertyDescription("Of spec.tiers.gpu.size, a quantity from 1Mi to 1Pi such as 2Gi.")
            @Size(max = 32)
            @ValidationRule(
                    value = "isQuantity(self) && quantity(self).compareTo(quantity('1Mi')) >= 0"
                            + " && quantity(self).compareTo(quantity('1Pi')) <= 0",
                    message = "spec.security.tenants: quota.gpu must be a quantity from 1Mi to 1Pi, for example 2Gi")
            @Nullable
            String gpu) {}
}
