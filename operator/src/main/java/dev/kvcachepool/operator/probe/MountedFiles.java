package dev.kvcachepool.operator.probe;

import dev.kvcachepool.crds.ExtraVolume;
import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.crds.PodTemplate;
import dev.kvcachepool.crds.Tokenizer;
import dev.kvcachepool.operator.desired.PoolUsers;
import dev.kvcachepool.operator.probe.Findings.Absent;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What a pool's pods mount, without which they wait in silence: users and the pool's password, certificates, tenants' salts, volumes
 * of the user's; of routers, a gateway's certificate and tokenizers' files.
 *
 * @param certificate what is in the way of the pool's own
 */
record MountedFiles(KubernetesClient client, KVCachePool pool, List<Absent> certificate, Instant now) {
    private static final String TOKENIZER = "tokenizer.json";
    private static final String TOKENIZERS = "spec.router.tokenizers";

    /** What is missing, a sentence each. */
    List<Absent> missing() {
        var missing = new LinkedHashSet<Absent>(users());
        missing.addAll(new CertificateSecret(client, pool, certificate, now).missing());
        missing.addAll(salts());
        missing.addAll(volumes("spec.template.volumes", pool.getSpec().template()));
        var router = pool.getSpec().router();
        if (!router.enabled()) {
            return List.copyOf(missing);
        }
        missing.addAll(gatewaysCertificate());
        missing.addAll(volumes("spec.router.template.volumes", router.template()));
        for (var tokenizer : router.tokenizers()) {
            missing.addAll(files(tokenizer));
        }
        return List.copyOf(missing);
    }

    private List<Absent> gatewaysCertificate() {
        var gateway = pool.getSpec().router().gateway();
        if (gateway == null || gateway.tlsSecretRef() == null) {
            return List.of();
        }
        return secret("spec.router.gateway.tlsSecretRef", gateway.tlsSecretRef().name(), "tls.crt", "tls.key");
    }

    private List<Absent> users() {
        var auth = pool.getSpec().security().auth();
        return auth == null
                ? List.of()
                : secret(
                        "spec.security.auth.secretRef",
                        auth.secretRef().name(),
                        PoolUsers.USERS,
                        PoolUsers.POOL_PASSWORD);
    }

    private List<Absent> salts() {
        return pool.getSpec().security().tenants().stream()
                .flatMap(tenant -> secret(
                        "spec.security.tenants[" + tenant.name() + "].saltsSecretRef",
                        tenant.saltsSecretRef().name(),
                        tenant.saltsSecretRef().key())
                        .stream())
                .toList();
    }

    private List<Absent> secret(String field, String name, String... keys) {
        var secrets = new SecretReader(client, namespace());
        secrets.require(field, name, keys);
        return secrets.wrong().stream()
                .map(sentence -> new Absent("SecretMissing", sentence))
                .toList();
    }

    private List<Absent> volumes(String field, PodTemplate template) {
        return template.volumes().stream()
                .flatMap(volume -> volume(field, volume).stream())
                .toList();
    }

    private List<Absent> volume(String field, ExtraVolume volume) {
        if (volume.configMap() != null) {
            return configMap(field, volume.configMap(), List.of());
        }
        if (volume.secret() != null) {
            return secretThere(field, volume.secret());
        }
        return volume.claim() == null ? List.of() : claim(field, volume.claim(), "create it");
    }

    private List<Absent> files(Tokenizer tokenizer) {
        if (tokenizer.configMapRef() != null) {
            return configMap(TOKENIZERS, tokenizer.configMapRef().name(), List.of(TOKENIZER));
        }
        return tokenizer.claimRef() == null
                ? List.of()
                : claim(TOKENIZERS, tokenizer.claimRef().name(), "create it, with the model's files on its volume");
    }

    private List<Absent> configMap(String field, String name, List<String> keys) {
        return asked(field, "ConfigMap", "ConfigMapMissing", name, () -> {
            var map =
                    client.configMaps().inNamespace(namespace()).withName(name).get();
            if (map == null) {
                return "does not exist: create it"
                        + keys.stream().map(key -> " with the key " + key).collect(Collectors.joining());
            }
            return keys.stream()
                    .filter(key -> !has(map, key))
                    .map(key -> "has no key " + key + ": add it")
                    .findFirst()
                    .orElse("");
        });
    }

    private static boolean has(ConfigMap map, String key) {
        return (map.getData() != null && map.getData().containsKey(key))
                || (map.getBinaryData() != null && map.getBinaryData().containsKey(key));
    }

    private List<Absent> secretThere(String field, String name) {
        return asked(field, "Secret", "SecretMissing", name, () -> {
            var secret =
                    client.secrets().inNamespace(namespace()).withName(name).get();
            return secret == null ? "does not exist: create it" : "";
        });
    }

    private List<Absent> claim(String field, String name, String advice) {
        return asked(field, "PersistentVolumeClaim", "ClaimMissing", name, () -> {
            var claim = client.persistentVolumeClaims()
                    .inNamespace(namespace())
                    .withName(name)
                    .get();
            return claim == null ? "does not exist: " + advice : "";
        });
    }

    /** What is wrong with one, if anything is; so is that it can't be read. */
    private List<Absent> asked(String field, String kind, String reason, String name, Supplier<String> wrong) {
        var object = kind + " " + namespace() + "/" + name + ", which " + field + " names, ";
        try {
            var what = wrong.get();
            return what.isEmpty() ? List.of() : List.of(new Absent(reason, object + what));
        } catch (KubernetesClientException e) {
            return List.of(new Absent(
                    reason, object + "can't be read (" + e.getCode() + "): let the operator's ServiceAccount get it"));
        }
    }

    private String namespace() {
        return pool.getMetadata().getNamespace();
    }
}
