package dev.kvcachepool.operator.desired;

import dev.kvcachepool.crds.Security.IssuerRef;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What cert-manager is asked for: one certificate that all of a pool's programs show, as servers and as clients. */
public final class PoolCertificate {
    public static final String API_VERSION = "cert-manager.io/v1";
    public static final String KIND = "Certificate";

    /** By which cert-manager says of a Secret whose it is. */
    public static final String OF_SECRET = "cert-manager.io/certificate-name";

    private PoolCertificate() {}

    /** The Certificate. When it is renewed is left to cert-manager and the issuer. */
    public static GenericKubernetesResource of(PoolContext context, IssuerRef issuer) {
        var spec = new TreeMap<String, Object>();
        spec.put("secretName", context.names().tls());
        spec.put("dnsNames", PoolTls.names(context.pool()));
        spec.put("usages", List.of("digital signature", "key encipherment", "server auth", "client auth"));
        spec.put("privateKey", Map.of("algorithm", "ECDSA", "encoding", "PKCS8", "rotationPolicy", "Always"));
        spec.put("revisionHistoryLimit", 1);
        spec.put("issuerRef", Map.of("name", issuer.name(), "kind", issuer.kind(), "group", issuer.group()));
        return new GenericKubernetesResourceBuilder()
                .withApiVersion(API_VERSION)
                .withKind(KIND)
                .withMetadata(context.metadata(context.names().tls(), ChildLabels.Component.CACHE_NODE))
                .editMetadata()
                .withOwnerReferences(StrimziObjects.owner(context))
                .endMetadata()
                .addToAdditionalProperties("spec", spec)
                .build();
    }
}
