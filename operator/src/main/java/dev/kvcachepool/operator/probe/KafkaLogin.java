package dev.kvcachepool.operator.probe;

import dev.kvcachepool.crds.Adverts;
import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.prefixadvert.kafka.KafkaClients;
import dev.kvcachepool.prefixadvert.kafka.KafkaSecurity;
import dev.kvcachepool.prefixadvert.kafka.KafkaSecurity.Login;
import dev.kvcachepool.prefixadvert.kafka.KafkaSecurity.Mechanism;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Optional;
import org.apache.kafka.common.config.SslConfigs;

/** A pool's way to its brokers, with what its Secrets say. */
final class KafkaLogin {
    private static final String CREDENTIALS = "spec.adverts.credentialsSecretRef";
    private static final String CA = "spec.adverts.tls.caSecretRef";
    private static final String SALT = "spec.adverts.saltKeySecretRef";

    private static final PoolDns DNS = new PoolDns();

    private KafkaLogin() {}

    /** What is missing is left out here and told by {@code secrets}. */
    static KafkaClients of(KVCachePool pool, SecretReader secrets) {
        var adverts = pool.getSpec().adverts();
        var login = login(adverts, secrets).orElse(null);
        var settings = new HashMap<>(new KafkaSecurity(adverts.tls() != null, null, login).settings());
        authority(adverts, secrets).ifPresent(pem -> {
            settings.put(SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG, "PEM");
            settings.put(SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG, pem);
        });
        if (adverts.saltKeySecretRef() != null) {
            secrets.read(SALT, adverts.saltKeySecretRef().name(), "saltKey");
        }
        var servers = DNS.servers(adverts.bootstrapServers(), pool.getMetadata().getNamespace());
        return new KafkaClients(servers, settings);
    }

    private static Optional<String> authority(Adverts adverts, SecretReader secrets) {
        return Optional.ofNullable(adverts.tls())
                .map(Adverts.Tls::caSecretRef)
                .flatMap(secret -> secrets.read(CA, secret.name(), "ca.crt"));
    }

    private static Optional<Login> login(Adverts adverts, SecretReader secrets) {
        if (adverts.saslMechanism() == null || adverts.credentialsSecretRef() == null) {
            return Optional.empty();
        }
        var name = adverts.credentialsSecretRef().name();
        var user = secrets.read(CREDENTIALS, name, "username");
        var password = secrets.read(CREDENTIALS, name, "password");
        return Arrays.stream(Mechanism.values())
                .filter(mechanism -> mechanism.id().equals(adverts.saslMechanism()))
                .findFirst()
                .flatMap(mechanism ->
                        user.flatMap(userName -> password.map(secret -> new Login(mechanism, userName, secret))));
    }
}
