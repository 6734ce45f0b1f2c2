package dev.kvcachepool.operator.probe;

import dev.kvcachepool.crds.Adverts;
import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.prefixadvert.kafka.KafkaClients;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;

/** A pool's way to its brokers, with what its Secrets say. */
final class KafkaLogin {
    private static final String CREDENTIALS = "spec.adverts.credentialsSecretRef";
    private static final String CA = "spec.adverts.tls.caSecretRef";
    private static final String SALT = "spec.adverts.saltKeySecretRef";

    private KafkaLogin() {}

    /** What is missing is left out here and told by {@code secrets}. */
    static KafkaClients of(KVCachePool pool, SecretReader secrets) {
        var adverts = pool.getSpec().adverts();
        var settings = new HashMap<String, String>();
        settings.put(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, protocol(adverts));
        authority(adverts, secrets, settings);
        credentials(adverts, secrets, settings);
        if (adverts.saltKeySecretRef() != null) {
            secrets.read(SALT, adverts.saltKeySecretRef().name(), "saltKey");
        }
        return new KafkaClients(adverts.bootstrapServers(), settings);
    }

    private static String protocol(Adverts adverts) {
        var sasl = adverts.saslMechanism() != null;
        if (adverts.tls() != null) {
            return sasl ? "SASL_SSL" : "SSL";
        }
        return sasl ? "SASL_PLAINTEXT" : "PLAINTEXT";
    }

    private static void authority(Adverts adverts, SecretReader secrets, Map<String, String> settings) {
        var tls = adverts.tls();
        if (tls != null && tls.caSecretRef() != null) {
            secrets.read(CA, tls.caSecretRef().name(), "ca.crt").ifPresent(pem -> {
                settings.put(SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG, "PEM");
                settings.put(SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG, pem);
            });
        }
    }

    private static void credentials(Adverts adverts, SecretReader secrets, Map<String, String> settings) {
        if (adverts.saslMechanism() == null || adverts.credentialsSecretRef() == null) {
            return;
        }
        var name = adverts.credentialsSecretRef().name();
        var user = secrets.read(CREDENTIALS, name, "username");
        var password = secrets.read(CREDENTIALS, name, "password");
        if (user.isPresent() && password.isPresent()) {
            var plain = adverts.saslMechanism().equals("PLAIN");
            var module = plain
                    ? "org.apache.kafka.common.security.plain.PlainLoginModule"
                    : "org.apache.kafka.common.security.scram.ScramLoginModule";
            settings.put(SaslConfigs.SASL_MECHANISM, adverts.saslMechanism());
            settings.put(
                    SaslConfigs.SASL_JAAS_CONFIG,
                    module + " required username=\"" + escaped(user.get()) + "\" password=\"" + escaped(password.get())
                            + "\";");
        }
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"");
    }
}
