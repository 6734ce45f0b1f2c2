package dev.kvcachepool.operator.desired;

import dev.kvcachepool.crds.Tenant;
import io.fabric8.kubernetes.api.model.KeyToPathBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.api.model.VolumeProjectionBuilder;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Tenants with quotas: the salts of each as a file of one folder, which cache-nodes read anew when a Secret changes. */
record PoolTenants(List<Tenant> tenants) {
    private static final String VOLUME = "tenants";
    private static final String FOLDER = "/etc/kvcachepool/tenants";

    static PoolTenants of(PoolContext context) {
        return new PoolTenants(context.spec().security().tenants());
    }

    Map<String, String> settings() {
        return tenants.isEmpty()
                ? Map.of()
                : Map.of("KVP_TENANT", tenants.stream().map(PoolTenants::flag).collect(Collectors.joining(";")));
    }

    private static String flag(Tenant tenant) {
        var quota = tenant.quota();
        return "name=" + tenant.name() + ",salts=" + FOLDER + "/" + tenant.name()
                + size("host", quota.host())
                + size("disk", quota.disk())
                + size("gpu", quota.gpu());
    }

    private static String size(String tier, @Nullable String quantity) {
        return quantity == null
                ? ""
                : "," + tier + "="
                        + Quantity.getAmountInBytes(new Quantity(quantity)).longValue();
    }

    List<Volume> volumes() {
        if (tenants.isEmpty()) {
            return List.of();
        }
        return List.of(new VolumeBuilder()
                .withName(VOLUME)
                .withNewProjected()
                .withSources(tenants.stream().map(PoolTenants::projection).toList())
                .endProjected()
                .build());
    }

    private static VolumeProjection projection(Tenant tenant) {
        var salts = tenant.saltsSecretRef();
        return new VolumeProjectionBuilder()
                .withNewSecret()
                .withName(salts.name())
                .withItems(new KeyToPathBuilder()
                        .withKey(salts.key())
                        .withPath(tenant.name())
                        .build())
                .endSecret()
                .build();
    }

    List<VolumeMount> mounts() {
        return tenants.isEmpty()
                ? List.of()
                : List.of(new VolumeMountBuilder()
                        .withName(VOLUME)
                        .withMountPath(FOLDER)
                        .withReadOnly(true)
                        .build());
    }
}
