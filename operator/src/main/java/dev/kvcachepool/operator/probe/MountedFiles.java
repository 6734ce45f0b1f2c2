package dev.kvcachepool.operator.probe;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.crds.Tokenizer;
import dev.kvcachepool.operator.probe.Findings.Absent;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Supplier;

/**
 * What a pool's pods mount, without which they wait in silence: users and the pool's password; of routers, a certificate and
 * tokenizers' files.
 */
record MountedFiles(KubernetesClient client, KVCachePool pool) {
    private static final String TOKENIZER = "tokenizer.json";
    private static final String USERS = "users.yaml";
    private static final String POOL_PASSWORD = "pool-password";
    private static final String FIELD = "spec.router.tokenizers";

    /** What is missing, a sentence each. */
    List<Absent> missing() {
        var missing = new LinkedHashSet<Absent>(users());
        var router = pool.getSpec().router();
        if (!router.enabled()) {
            return List.copyOf(missing);
        }
        missing.addAll(certificate());
        for (var tokenizer : router.tokenizers()) {
            missing.addAll(files(tokenizer));
        }
        return List.copyOf(missing);
    }

    private List<Absent> certificate() {
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
                : secret("spec.security.auth.secretRef", auth.secretRef().name(), USERS, POOL_PASSWORD);
    }

    private List<Absent> secret(String field, String name, String... keys) {
        var secrets = new SecretReader(client, namespace());
        secrets.require(field, name, keys);
        return secrets.wrong().stream()
                .map(sentence -> new Absent("SecretMissing", sentence))
                .toList();
    }

    private List<Absent> files(Tokenizer tokenizer) {
        if (tokenizer.configMapRef() != null) {
            return configMap(tokenizer.configMapRef().name());
        }
        return tokenizer.claimRef() == null
                ? List.of()
                : claim(tokenizer.claimRef().name());
    }

    private List<Absent> configMap(String name) {
        return asked("ConfigMap", "ConfigMapMissing", name, () -> {
            var map =
                    client.configMaps().inNamespace(namespace()).withName(name).get();
            if (map == null) {
                return "does not exist: create it with the key " + TOKENIZER;
            }
            return has(map, TOKENIZER) ? "" : "has no key " + TOKENIZER + ": add it";
        });
    }

    private static boolean has(ConfigMap map, String key) {
        return (map.getData() != null && map.getData().containsKey(key))
                || (map.getBinaryData() != null && map.getBinaryData().containsKey(key));
    }

    private List<Absent> claim(String name) {
        return asked("PersistentVolumeClaim", "ClaimMissing", name, () -> {
            var claim = client.persistentVolumeClaims()
                    .inNamespace(namespace())
                    .withName(name)
                    .get();
            return claim == null ? "does not exist: create it, with the model's files on its volume" : "";
        });
    }

    /** What is wrong with one, if anything is; so is that it can't be read. */
    private List<Absent> asked(String kind, String reason, String name, Supplier<String> wrong) {
        var found = new ArrayList<Absent>();
        try {
            var what = wrong.get();
            if (!what.isEmpty()) {
                found.add(new Absent(
                        reason, kind + " " + namespace() + "/" + name + ", which " + FIELD + " names, " + what));
            }
        } catch (KubernetesClientException e) {
            found.add(new Absent(
                    reason,
                    kind + " " + namespace() + "/" + name + ", which " + FIELD + " names, can't be read (" + e.getCode()
                            + "): let the operator's ServiceAccount get it"));
        }
        return found;
    }

    private String namespace() {
        return pool.getMetadata().getNamespace();
    }
}
