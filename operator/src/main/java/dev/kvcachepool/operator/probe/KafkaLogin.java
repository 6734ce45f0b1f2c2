package dev.kvcachepool.operator.probe;

import dev.kvcachepool.crds.Adverts;
import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.operator.desired.KafkaWay;
import dev.kvcachepool.prefixadvert.kafka.KafkaClients;
import dev.kvcachepool.prefixadvert.kafka.KafkaSecurity;
import dev.kvcachepool.prefixadvert.kafka.KafkaSecurity.Login;
import dev.kvcachepool.prefixadvert.kafka.KafkaSecurity.Mechanism;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Optional;
import org.apache.kafka.common.config.SslConfigs;
import org.jspecify.annotations.Nullable;

/** A pool's way to its brokers, with what its Secrets say. */
final class KafkaLogin {
    private static final String CREDENTIALS = "spec.adverts.credentialsSecretRef";
    private static final String CA = "spec.adverts.tls.caSecretRef";
    private static final String STRIMZI = "spec.adverts.strimzi";
    private static final String SALT = "spec.adverts.saltKeySecretRef";

    private static final PoolDns DNS = new PoolDns();

    private KafkaLogin() {}

    /**
     * What is missing is left out here and told by {@code secrets}.
     *
     * @param way in place of what the specification leaves to Strimzi, null where it says all
     */
    static KafkaClients of(KVCachePool pool, @Nullable KafkaWay way, SecretReader secrets) {
        var said = pool.getSpec().adverts();
        var adverts = way == null ? said : way.into(said);
        var login = login(adverts, way, secrets).orElse(null);
        var settings = new HashMap<>(new KafkaSecurity(adverts.tls() != null, null, login).settings());
        authority(adverts, said.tls() == null ? STRIMZI : CA, secrets).ifPresent(pem -> {
            settings.put(SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG, "PEM");
            settings.put(SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG, pem);
        });
        if (adverts.saltKeySecretRef() != null) {
            secrets.read(SALT, adverts.saltKeySecretRef().name(), "saltKey");
        }
        var servers = DNS.servers(adverts.servers(), pool.getMetadata().getNamespace());
        return new KafkaClients(servers, settings);
    }

    private static Optional<String> authority(Adverts adverts, String field, SecretReader secrets) {
        return Optional.ofNullable(adverts.tls())
                .map(Adverts.Tls::caSecretRef)
                .flatMap(secret -> secrets.read(field, secret.name(), "ca.crt"));
    }

    private static Optional<Login> login(Adverts adverts, @Nullable KafkaWay way, SecretReader secrets) {
        if (adverts.saslMechanism() == null || adverts.credentialsSecretRef() == null) {
            return Optional.empty();
        }
        var name = adverts.credentialsSecretRef().name();
        var known = way == null ? null : way.user();
        var user = known == null ? secrets.read(CREDENTIALS, name, "username") : Optional.of(known.name());
        var password = secrets.read(known == null ? CREDENTIALS : STRIMZI, name, "password");
        return Arrays.stream(Mechanism.values())
                .filter(mechanism -> mechanism.id().equals(adverts.saslMechanism()))
                .findFirst()
                .flatMap(mechanism ->
                        user.flatMap(userName -> password.map(secret -> new Login(mechanism, userName, secret))));
    }
}
