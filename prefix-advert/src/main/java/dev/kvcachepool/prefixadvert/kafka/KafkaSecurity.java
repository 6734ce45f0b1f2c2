package dev.kvcachepool.prefixadvert.kafka;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.jspecify.annotations.Nullable;

/**
 * How clients prove who they are to the brokers, and the brokers to them.
 *
 * @param tls whether connections are encrypted
 * @param caFile PEM file of the authorities that may sign a broker's certificate; null for the system's
 * @param login null where clients need not say who they are
 */
public record KafkaSecurity(
        boolean tls, @Nullable Path caFile, @Nullable Login login) {
    public static final KafkaSecurity NONE = new KafkaSecurity(false, null, null);

    /** SASL's ways of giving a password that are spoken here. */
    public enum Mechanism {
        PLAIN("PLAIN", "org.apache.kafka.common.security.plain.PlainLoginModule"),
        SCRAM_SHA_256("SCRAM-SHA-256", "org.apache.kafka.common.security.scram.ScramLoginModule"),
        SCRAM_SHA_512("SCRAM-SHA-512", "org.apache.kafka.common.security.scram.ScramLoginModule");

        private final String id;
        private final String module;

        Mechanism(String id, String module) {
            this.id = id;
            this.module = module;
        }

        /** As SASL names it. */
        public String id() {
            return id;
        }
    }

    /** A user and the password, which is never shown. */
    public record Login(Mechanism mechanism, String user, String password) {
        @Override
        public String toString() {
            return "Login[" + mechanism.id + ", " + user + "]";
        }
    }

    /** The client settings that say so. */
    public Map<String, String> settings() {
        var settings = new HashMap<String, String>();
        settings.put(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, protocol());
        if (caFile != null) {
            settings.put(SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG, "PEM");
            settings.put(SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG, caFile.toString());
        }
        if (login != null) {
            settings.put(SaslConfigs.SASL_MECHANISM, login.mechanism.id);
            settings.put(
                    SaslConfigs.SASL_JAAS_CONFIG,
                    "%s required username=%s password=%s;"
                            .formatted(login.mechanism.module, quoted(login.user), quoted(login.password)));
        }
        return settings;
    }

    private String protocol() {
        if (login == null) {
            return tls ? "SSL" : "PLAINTEXT";
        }
        return tls ? "SASL_SSL" : "SASL_PLAINTEXT";
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
