package dev.kvcachepool.operator.desired;

import static java.util.Objects.requireNonNullElse;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.crds.Security.ClientCertificates;
import dev.kvcachepool.crds.Security.Tls;
import io.fabric8.kubernetes.api.model.KeyToPathBuilder;
import io.fabric8.kubernetes.api.model.SecretKeySelector;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
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
 * @param secret its name; empty without TLS
 * @param domain of the nodes' names in it
 * @param lm whether {@code lm://} is served over TLS too
 */
public record PoolTls(@Nullable Tls tls, String secret, String domain, boolean lm) {
    /** The Secret's key of the certificate. */
    public static final String CERTIFICATE = "tls.crt";

    /** The Secret's key of the certificate's key. */
    public static final String KEY = "tls.key";

    /** The Secret's key of those who vouch for others. */
    public static final String AUTHORITIES = "ca.crt";

    /** Of the pool that names the Secret. */
    public static final String FIELD = "spec.security.tls.secretRef";

    /** Of the pool that names who issues what is in it. */
    public static final String ISSUER_FIELD = "spec.security.tls.issuerRef";

    private static final String VOLUME = "tls";
    private static final String FOLDER = "/etc/kvcachepool/tls";

    static PoolTls of(PoolContext context) {
        var lm = context.spec().protocols().lm();
        return new PoolTls(
                context.spec().security().tls(),
                requireNonNullElse(secret(context.pool()), ""),
                ConnectionSettings.transferHost(context),
                lm != null && lm.tls());
    }

    /** The name of a pool's Secret; null without TLS. */
    public static @Nullable String secret(KVCachePool pool) {
        var tls = pool.getSpec().security().tls();
        if (tls == null) {
            return null;
        }
        var named = tls.secretRef();
        return named == null ? ChildNames.of(pool).tls() : named.name();
    }

    /** The scheme of URLs at which clients find RESP. */
    String respScheme() {
        return tls == null ? "redis" : "rediss";
    }

    /** The scheme of health, metrics and the router's API. */
    String httpScheme() {
        return tls == null ? "http" : "https";
    }

    /** As a probe has it; null for what it takes by default. */
    @Nullable
    String probeScheme() {
        return tls == null ? null : "HTTPS";
    }

    /** A Service's port of HTTP, for those who look what is spoken there. */
    ServicePort httpPort(int port) {
        return new ServicePortBuilder(NodeAccess.port("http", port))
                .withAppProtocol(tls == null ? null : "https")
                .build();
    }

    /** Whom Prometheus believes; null where it asks without TLS. Pods are reached by address, and show the pool's one certificate. */
    ServiceMonitor.@Nullable TlsConfig scrape(PoolContext context) {
        return tls == null
                ? null
                : new ServiceMonitor.TlsConfig(
                        new ServiceMonitor.Authority(new SecretKeySelector(AUTHORITIES, secret, null)),
                        names(context.pool()).getFirst());
    }

    /** As which the operator, engines and cache-nodes know a pool's routers. */
    public static String nameOfRouters(KVCachePool pool) {
        return ChildNames.of(pool).router() + "." + pool.getMetadata().getNamespace() + ".svc";
    }

    /** The DNS names of a pool's certificate. */
    public static List<String> names(KVCachePool pool) {
        var names = ChildNames.of(pool);
        var domain = "." + pool.getMetadata().getNamespace() + ".svc";
        return List.of(names.nodes() + domain, nameOfRouters(pool), "*." + names.headlessService() + domain);
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
                .withSecretName(secret)
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
