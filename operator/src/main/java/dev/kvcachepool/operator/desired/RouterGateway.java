package dev.kvcachepool.operator.desired;

import dev.kvcachepool.crds.Gateway;
import dev.kvcachepool.crds.GatewayTls;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a router has more of as the endpoint picker of gateways; nothing where the pool's spec names none. */
record RouterGateway(@Nullable Gateway gateway) {
    private static final String PORT = "ext-proc";
    private static final String VOLUME = "gateway-tls";
    private static final String FOLDER = "/etc/kvcachepool/gateway-tls";
    private static final String CERTIFICATE = "tls.crt";
    private static final String KEY = "tls.key";

    static RouterGateway of(PoolContext context) {
        return new RouterGateway(context.spec().router().gateway());
    }

    Map<String, String> settings() {
        var settings = new TreeMap<String, String>();
        if (gateway == null) {
            return settings;
        }
        settings.put("KVP_EXT_PROC_PORT", gateway.port().toString());
        if (gateway.inferencePool() != null) {
            settings.put("KVP_INFERENCE_POOL", gateway.inferencePool());
        }
        if (gateway.tls() == GatewayTls.SelfSigned) {
            settings.put("KVP_EXT_PROC_SELF_SIGNED", "true");
        }
        if (gateway.tlsSecretRef() != null) {
            settings.put("KVP_EXT_PROC_TLS_CERT", FOLDER + "/" + CERTIFICATE);
            settings.put("KVP_EXT_PROC_TLS_KEY", FOLDER + "/" + KEY);
        }
        return settings;
    }

    List<ContainerPort> containerPorts() {
        return gateway == null ? List.of() : List.of(PodParts.port(PORT, gateway.port()));
    }

    /** Gateways speak gRPC there. */
    List<ServicePort> servicePorts() {
        return gateway == null
                ? List.of()
                : List.of(new ServicePortBuilder(NodeAccess.port(PORT, gateway.port()))
                        .withAppProtocol("http2")
                        .build());
    }

    List<Volume> volumes() {
        if (gateway == null || gateway.tlsSecretRef() == null) {
            return List.of();
        }
        return List.of(new VolumeBuilder()
                .withName(VOLUME)
                .withNewSecret()
                .withSecretName(gateway.tlsSecretRef().name())
                .addNewItem(CERTIFICATE, null, CERTIFICATE)
                .addNewItem(KEY, null, KEY)
                .endSecret()
                .build());
    }

    List<VolumeMount> mounts() {
        return volumes().stream()
                .map(volume -> new VolumeMountBuilder()
                        .withName(volume.getName())
                        .withMountPath(FOLDER)
                        .withReadOnly(true)
                        .build())
                .toList();
    }

    /** What the router must see of the API beside pods. */
    List<PolicyRule> rules() {
        if (gateway == null || gateway.inferencePool() == null) {
            return List.of();
        }
        return List.of(new PolicyRuleBuilder()
                .withApiGroups("inference.networking.k8s.io")
                .withResources("inferencepools")
                .withVerbs("get", "list", "watch")
                .build());
    }
}
