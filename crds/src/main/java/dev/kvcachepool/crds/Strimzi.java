package dev.kvcachepool.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka cluster that Strimzi runs.
 *
 * @param listener null for the one that suits best
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Strimzi(
        @JsonPropertyDescription(
                "Name of a Kafka resource of the pool's namespace. The operator writes a KafkaTopic for"
                        + " each advert topic and a KafkaUser beside it, and reads its address.")
        @Required
        @Size(min = 1, max = 63)
        @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
        String cluster,

        @JsonPropertyDescription("Name of the listener to use, one without authentication or with scram-sha-512; by"
                + " default an internal one, with TLS and scram-sha-512 rather than without.")
        @Size(min = 1, max = 11)
        @Pattern("^[a-z0-9]+$")
        @Nullable
        String listener) {}
