package dev.kvcachepool.operator.desired;

import dev.kvcachepool.crds.Security.ClientCertificates;
import dev.kvcachepool.crds.Security.Tls;
import io.fabric8.kubernetes.api.model.KeyToPathBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * TLS of a pool's cache-nodes and routers, which all show the one certificate of a Secret and read it anew when it changes;
 * nothing where they speak without.
 *
 * @param domain of the nodes' names in it
 * @param lm whether {@code lm://} is served over TLS too
 */
public record PoolTls(@Nullable Tls tls, String domain, boolean lm) {
    /** The Secret's key of the certificate. */
    public static final String CERTIFICATE = "tls.crt";

    /** The Secret's key of the certificate's key. */
    public static final String KEY = "tls.key";

    /** The Secret's key of those who vouch for others. */
    public static final String AUTHORITIES = "ca.crt";

    private static final String VOLUME = "tls";
    private static final String FOLDER = "/etc/kvcachepool/tls";

    static PoolTls of(PoolContext context) {
        var lm = context.spec().protocols().lm();
        return new PoolTls(
                context.spec().security().tls(), ConnectionSettings.transferHost(context), lm != null && lm.tls());
    }

    /** The scheme of URLs at which clients find RESP. */
    String respScheme() {
        return tls == null ? "redis" : "rediss";
    }

    Map<String, String> nodeSettings() {
        if (tls == null) {
            return Map.of();
        }
        var settings = new TreeMap<>(routerSettings());
        settings.put(
                "KVP_TLS_CLIENT_CERTIFICATES",
                tls.clientCertificates() == ClientCertificates.Required ? "required" : "optional");
        settings.put("KVP_LM_TLS", Boolean.toString(lm));
        return settings;
    }

    Map<String, String> routerSettings() {
        return tls == null
                ? Map.of()
                : Map.of(
                        "KVP_TLS_CERTIFICATE", FOLDER + "/" + CERTIFICATE,
                        "KVP_TLS_KEY", FOLDER + "/" + KEY,
                        "KVP_TLS_CA", FOLDER + "/" + AUTHORITIES,
                        "KVP_TLS_NODE_DOMAIN", domain);
    }

    List<Volume> volumes() {
        if (tls == null) {
            return List.of();
        }
        var items = Stream.of(CERTIFICATE, KEY, AUTHORITIES)
                .map(key -> new KeyToPathBuilder().withKey(key).withPath(key).build())
                .toList();
        return List.of(new VolumeBuilder()
                .withName(VOLUME)
                .withNewSecret()
                .withSecretName(tls.secretRef().name())
                .withItems(items)
                .endSecret()
                .build());
    }

    /** The whole folder: a file that is mounted alone does not follow its Secret. */
    List<VolumeMount> mounts() {
        return tls == null
                ? List.of()
                : List.of(new VolumeMountBuilder()
                        .withName(VOLUME)
                        .withMountPath(FOLDER)
                        .withReadOnly(true)
                        .build());
    }
}
