package dev.kvcachepool.operator.desired;

import dev.kvcachepool.crds.Adverts;
import dev.kvcachepool.crds.Adverts.SecretRef;
import dev.kvcachepool.crds.Adverts.Tls;
import org.jspecify.annotations.Nullable;

/**
 * How a Kafka cluster of Strimzi's is reached, as its resources say.
 *
 * @param servers of the listener, {@code host:port} with commas between
 * @param caSecret Secret with the brokers' CA under {@code ca.crt}; null where the listener speaks no TLS
 * @param user whom to log in as, null where the listener asks nobody
 */
public record KafkaWay(
        String servers, @Nullable String caSecret, @Nullable User user) {
    private static final String MECHANISM = "SCRAM-SHA-512";

    /** A KafkaUser's name at the brokers, and the Secret with its password under {@code password}. */
    public record User(String name, String secret) {}

    /** A pool's adverts with this way in place of Strimzi's cluster; a CA that the pool names itself wins. */
    public Adverts into(Adverts adverts) {
        var tls = caSecret == null || adverts.tls() != null ? adverts.tls() : new Tls(new SecretRef(caSecret));
        return new Adverts(
                servers,
                null,
                adverts.topics(),
                adverts.next(),
                adverts.partitions(),
                adverts.replication(),
                tls,
                user == null ? null : MECHANISM,
                user == null ? null : new SecretRef(user.secret()),
                adverts.saltKeySecretRef());
    }
}
