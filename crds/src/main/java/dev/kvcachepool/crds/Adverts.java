package dev.kvcachepool.crds;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonInclude;
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
 * The Kafka tables in which cache-nodes advertise what they hold.
 *
 * @param bootstrapServers null with {@code strimzi}
 * @param strimzi null for a Kafka of any other kind
 * @param topics null for {@code kvcachepool.<namespace>.<pool>.nodes} and {@code ….blocks}
 * @param next null while the pool moves to no other topics
 * @param replication of topics that the operator makes; null for the cluster's default
 * @param tls null for no TLS
 * @param saslMechanism null for no SASL
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "has(self.bootstrapServers) != has(self.strimzi)",
        message = "spec.adverts needs exactly one of spec.adverts.bootstrapServers and spec.adverts.strimzi")
@ValidationRule(
        value = "!has(self.strimzi) || !has(self.credentialsSecretRef)",
        fieldPath = ".credentialsSecretRef",
        message = "spec.adverts.credentialsSecretRef is not for spec.adverts.strimzi: the operator writes a KafkaUser,"
                + " whose password Strimzi makes")
@ValidationRule(
        value = "has(self.saslMechanism) == has(self.credentialsSecretRef)",
        fieldPath = ".credentialsSecretRef",
        message = "spec.adverts.saslMechanism and spec.adverts.credentialsSecretRef belong together: give both or"
                + " neither")
@ValidationRule(
        value = "self.partitions == oldSelf.partitions || (has(self.topics) && has(oldSelf.next)"
                + " && self.topics.nodes == oldSelf.next.nodes && self.topics.blocks == oldSelf.next.blocks"
                + " && self.partitions == oldSelf.next.partitions)",
        fieldPath = ".partitions",
        message = "spec.adverts.partitions is immutable: more partitions are other topics, first named in"
                + " spec.adverts.next, then with its partitions in spec.adverts.topics")
@ValidationRule(
        value = "!has(self.next) || !has(self.topics) || !(self.next.nodes in [self.topics.nodes, self.topics.blocks]"
                + " || self.next.blocks in [self.topics.nodes, self.topics.blocks])",
        fieldPath = ".next",
        message = "spec.adverts.next must name other topics than spec.adverts.topics")
public record Adverts(
        @JsonPropertyDescription("Brokers as host:port, several with commas between. Either this or strimzi.")
        @Size(min = 3, max = 2048)
        @Pattern("^[^\\s:,]+:[0-9]{1,5}(,[^\\s:,]+:[0-9]{1,5})*$")
        @Nullable
        String bootstrapServers,

        @JsonPropertyDescription("A Kafka cluster that Strimzi runs, instead of bootstrapServers.") @Nullable
        Strimzi strimzi,

        @JsonPropertyDescription("Names of the two topics; by default kvcachepool.<namespace>.<pool>.nodes and .blocks."
                + " Pools may share topics.")
        @Nullable
        Topics topics,

        @JsonPropertyDescription("While the pool moves to other topics: cache-nodes advertise there as well. Afterwards"
                + " these become spec.adverts.topics, and the ones before are next until all have gone over.")
        @Nullable
        NextTopics next,

        @JsonPropertyDescription("Partitions of topics that the operator makes.") @Default("4") @Min(1) @Max(1024)
        Integer partitions,

        @JsonPropertyDescription("Replicas of each partition of topics that the operator makes; by default the Kafka"
                + " cluster's own default.")
        @Min(1)
        @Max(16)
        @Nullable
        Integer replication,

        @JsonPropertyDescription("Set it to speak TLS with the brokers.") @Nullable
        Tls tls,

        @JsonPropertyDescription("How to log in at the brokers: PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512.")
        @Size(max = 32)
        @ValidationRule(
                value = "self in ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512']",
                message = "spec.adverts.saslMechanism must be one of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512")
        @Nullable
        String saslMechanism,

        @JsonPropertyDescription("A Secret of the pool's namespace with the keys username and password.") @Nullable
        SecretRef credentialsSecretRef,

        @JsonPropertyDescription("A Secret of the pool's namespace whose key saltKey is the secret under which cache"
                + " salts are hashed; by default the pool's uid.")
        @Nullable
        SecretRef saltKeySecretRef) {

    static final Adverts NONE = new Adverts(null, null, null, null, null, null, null, null, null, null);

    public Adverts(
            @Nullable String bootstrapServers,
            @Nullable Strimzi strimzi,
            @Nullable Topics topics,
            @Nullable NextTopics next,
            @Nullable Integer partitions,
            @Nullable Integer replication,
            @Nullable Tls tls,
            @Nullable String saslMechanism,
            @Nullable SecretRef credentialsSecretRef,
            @Nullable SecretRef saltKeySecretRef) {
        this.bootstrapServers = bootstrapServers;
        this.strimzi = strimzi;
        this.topics = topics;
        this.next = next;
        this.partitions = requireNonNullElse(partitions, 4);
        this.replication = replication;
        this.tls = tls;
        this.saslMechanism = saslMechanism;
        this.credentialsSecretRef = credentialsSecretRef;
        this.saltKeySecretRef = saltKeySecretRef;
    }

    /** Brokers as clients take them; empty while nobody has said them. */
    public String servers() {
        return requireNonNullElse(bootstrapServers, "");
    }

    /** Topic names. */
    @ValidationRule(
            value = "self.nodes != self.blocks",
            message = "spec.adverts.topics.nodes and spec.adverts.topics.blocks must be two topics")
    public record Topics(
            @JsonPropertyDescription("The table of cache-nodes.")
            @Required
            @Size(min = 1, max = 249)
            @Pattern("^[a-zA-Z0-9._-]+$")
            String nodes,

            @JsonPropertyDescription("The table of blocks.")
            @Required
            @Size(min = 1, max = 249)
            @Pattern("^[a-zA-Z0-9._-]+$")
            String blocks) {}

    /** Topics that a pool moves to. */
    @ValidationRule(
            value = "self.nodes != self.blocks",
            message = "spec.adverts.next.nodes and spec.adverts.next.blocks must be two topics")
    public record NextTopics(
            @JsonPropertyDescription("The table of cache-nodes.")
            @Required
            @Size(min = 1, max = 249)
            @Pattern("^[a-zA-Z0-9._-]+$")
            String nodes,

            @JsonPropertyDescription("The table of blocks.")
            @Required
            @Size(min = 1, max = 249)
            @Pattern("^[a-zA-Z0-9._-]+$")
            String blocks,

            @JsonPropertyDescription("Partitions of these topics where the operator makes them.")
            @Required
            @Min(1)
            @Max(1024)
            Integer partitions) {}

    /** TLS towards the brokers. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Tls(
            @JsonPropertyDescription(
                    "A Secret of the pool's namespace whose key ca.crt holds the brokers' CA in PEM; by"
                            + " default the CAs of the image.")
            @Nullable
            SecretRef caSecretRef) {}

    /** A Secret in the pool's own namespace. */
    public record SecretRef(
            @JsonPropertyDescription("The Secret's name.") @Required @Size(min = 1, max = 253)
            String name) {}
}
