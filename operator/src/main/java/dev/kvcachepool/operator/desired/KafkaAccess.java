package dev.kvcachepool.operator.desired;

import dev.kvcachepool.crds.Adverts;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How nodes and routers reach the advert tables: plain settings, and what comes out of Secrets. */
record KafkaAccess(PoolContext context) {
    private static final String CA_VOLUME = "kafka-ca";
    private static final String CA_FOLDER = "/etc/kvcachepool/kafka";
    private static final String CA_KEY = "ca.crt";

    private Adverts adverts() {
        return context.adverts();
    }

    Map<String, String> settings() {
        var topics = PoolContext.topics(context.pool());
        var settings = new LinkedHashMap<String, String>();
        settings.put("KVP_KAFKA", adverts().servers());
        settings.put("KVP_NODES_TOPIC", topics.nodes());
        settings.put("KVP_BLOCKS_TOPIC", topics.blocks());
        settings.put("KVP_ADVERT_PARTITIONS", adverts().partitions().toString());
        if (adverts().replication() != null) {
            settings.put("KVP_ADVERT_REPLICATION", adverts().replication().toString());
        }
        var next = adverts().next();
        if (next != null) {
            settings.put("KVP_NEXT_NODES_TOPIC", next.nodes());
            settings.put("KVP_NEXT_BLOCKS_TOPIC", next.blocks());
            settings.put("KVP_NEXT_ADVERT_PARTITIONS", next.partitions().toString());
        }
        if (adverts().tls() != null) {
            settings.put("KVP_KAFKA_TLS", "true");
        }
        if (hasOwnCa()) {
            settings.put("KVP_KAFKA_CA_FILE", CA_FOLDER + "/" + CA_KEY);
        }
        if (adverts().saslMechanism() != null) {
            settings.put("KVP_KAFKA_SASL_MECHANISM", adverts().saslMechanism());
        }
        return settings;
    }

    List<EnvVar> secrets() {
        var variables = new ArrayList<EnvVar>();
        var credentials = adverts().credentialsSecretRef();
        if (credentials != null) {
            variables.add(user(credentials.name()));
            variables.add(secret("KVP_KAFKA_PASSWORD", credentials.name(), "password"));
        }
        var salt = adverts().saltKeySecretRef();
        variables.add(
                salt == null
                        ? new EnvVar("KVP_SALT_KEY", context.uid(), null)
                        : secret("KVP_SALT_KEY", salt.name(), "saltKey"));
        return variables;
    }

    /** A KafkaUser's Secret has the password only. */
    private EnvVar user(String secret) {
        var way = context.kafka();
        return way == null || way.user() == null
                ? secret("KVP_KAFKA_USERNAME", secret, "username")
                : new EnvVar("KVP_KAFKA_USERNAME", way.user().name(), null);
    }

    private static EnvVar secret(String variable, String name, String key) {
        return new EnvVarBuilder()
                .withName(variable)
                .withNewValueFrom()
                .withNewSecretKeyRef(key, name, null)
                .endValueFrom()
                .build();
    }

    private boolean hasOwnCa() {
        return adverts().tls() != null && adverts().tls().caSecretRef() != null;
    }

    List<Volume> volumes() {
        var tls = adverts().tls();
        if (tls == null || tls.caSecretRef() == null) {
            return List.of();
        }
        return List.of(new VolumeBuilder()
                .withName(CA_VOLUME)
                .withNewSecret()
                .withSecretName(tls.caSecretRef().name())
                .addNewItem(CA_KEY, null, CA_KEY)
                .endSecret()
                .build());
    }

    List<VolumeMount> mounts() {
        return hasOwnCa()
                ? List.of(new VolumeMountBuilder()
                        .withName(CA_VOLUME)
                        .withMountPath(CA_FOLDER)
                        .withReadOnly(true)
                        .build())
                : List.of();
    }
}
