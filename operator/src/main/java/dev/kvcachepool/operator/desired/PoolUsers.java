package dev.kvcachepool.operator.desired;

import dev.kvcachepool.crds.Security.Auth;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.KeyToPathBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The users of the RESP port as files, which nodes and routers read anew when the Secret changes; nothing where everyone
 * may use the port. Routers see no user's password, only the pool's own.
 */
public record PoolUsers(@Nullable Auth auth) {
    /** The Secret's key of the users. */
    public static final String USERS = "users.yaml";

    /** The Secret's key of what the pool's own programs show one another. */
    public static final String POOL_PASSWORD = "pool-password";

    private static final String VOLUME = "users";
    private static final String FOLDER = "/etc/kvcachepool/users";

    static PoolUsers of(PoolContext context) {
        return new PoolUsers(context.spec().security().auth());
    }

    Map<String, String> nodeSettings() {
        return auth == null
                ? Map.of()
                : Map.of(
                        "KVP_USERS_FILE", FOLDER + "/" + USERS, "KVP_POOL_PASSWORD_FILE", FOLDER + "/" + POOL_PASSWORD);
    }

    Map<String, String> routerSettings() {
        return auth == null ? Map.of() : Map.of("KVP_POOL_PASSWORD_FILE", FOLDER + "/" + POOL_PASSWORD);
    }

    List<Volume> nodeVolumes() {
        return volumes(USERS, POOL_PASSWORD);
    }

    List<Volume> routerVolumes() {
        return volumes(POOL_PASSWORD);
    }

    private List<Volume> volumes(String... keys) {
        if (auth == null) {
            return List.of();
        }
        return List.of(new VolumeBuilder()
                .withName(VOLUME)
                .withNewSecret()
                .withSecretName(auth.secretRef().name())
                .withItems(Stream.of(keys).map(PoolUsers::item).toList())
                .endSecret()
                .build());
    }

    private static KeyToPath item(String key) {
        return new KeyToPathBuilder().withKey(key).withPath(key).build();
    }

    /** The whole folder: a file that is mounted alone does not follow its Secret. */
    List<VolumeMount> mounts() {
        return auth == null
                ? List.of()
                : List.of(new VolumeMountBuilder()
                        .withName(VOLUME)
                        .withMountPath(FOLDER)
                        .withReadOnly(true)
                        .build());
    }
}
