package dev.kvcachepool.e2e.runtime.kubelet;

import static dev.kvcachepool.e2e.runtime.TestPods.on;
import static dev.kvcachepool.e2e.runtime.TestPods.ready;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvcachepool.e2e.runtime.cluster.ObjectCache;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EnvResolverTest {
    private final ObjectCache cache = new ObjectCache();

    @BeforeEach
    void givenAConfigMapAndASecret() {
        cache.put(new ConfigMapBuilder()
                .withNewMetadata()
                .withName("config")
                .withNamespace("demo")
                .withUid("1")
                .withResourceVersion("1")
                .endMetadata()
                .addToData("KVP_TTL", "5m")
                .build());
        cache.put(new SecretBuilder()
                .withNewMetadata()
                .withName("salt")
                .withNamespace("demo")
                .withUid("2")
                .withResourceVersion("1")
                .endMetadata()
                .addToData("key", "c2VjcmV0")
                .build());
    }

    private Map<String, String> resolve(Container container) throws ConfigError {
        return EnvResolver.resolve(
                on("node-a", ready("pool-0", "1")), container, "127.0.10.1", new ConfigSources(cache, "demo"));
    }

    @Test
    void values_come_from_the_pod_the_config_map_and_the_secret() throws ConfigError {
        var container = new ContainerBuilder()
                .withName("node")
                .withNewResources()
                .addToLimits("memory", new Quantity("1Gi"))
                .endResources()
                .addNewEnvFrom()
                .withNewConfigMapRef("config", false)
                .endEnvFrom()
                .addNewEnv()
                .withName("POD")
                .withNewValueFrom()
                .withNewFieldRef("v1", "metadata.name")
                .endValueFrom()
                .endEnv()
                .addNewEnv()
                .withName("APP")
                .withNewValueFrom()
                .withNewFieldRef("v1", "metadata.labels['app']")
                .endValueFrom()
                .endEnv()
                .addNewEnv()
                .withName("SALT")
                .withNewValueFrom()
                .withNewSecretKeyRef("key", "salt", false)
                .endValueFrom()
                .endEnv()
                .addNewEnv()
                .withName("MIB")
                .withNewValueFrom()
                .withNewResourceFieldRef()
                .withDivisor(new Quantity("1Mi"))
                .withResource("limits.memory")
                .endResourceFieldRef()
                .endValueFrom()
                .endEnv()
                .addNewEnv()
                .withName("ID")
                .withValue("pool.$(POD)@$(KVP_TTL)")
                .endEnv()
                .build();

        var env = resolve(container);

        assertThat(env)
                .containsEntry("KVP_TTL", "5m")
                .containsEntry("POD", "pool-0")
                .containsEntry("APP", "pool")
                .containsEntry("SALT", "secret")
                .containsEntry("MIB", "1024")
                .containsEntry("ID", "pool.pool-0@5m");
    }

    @Test
    void a_missing_key_is_named_unless_it_is_optional() throws ConfigError {
        var required = new ContainerBuilder()
                .addNewEnv()
                .withName("A")
                .withNewValueFrom()
                .withNewConfigMapKeyRef("other", "config", false)
                .endValueFrom()
                .endEnv()
                .build();
        var optional = new ContainerBuilder()
                .addNewEnv()
                .withName("A")
                .withNewValueFrom()
                .withNewConfigMapKeyRef("other", "absent", true)
                .endValueFrom()
                .endEnv()
                .build();

        assertThatThrownBy(() -> resolve(required)).hasMessage("couldn't find key other in configmap demo/config");
        assertThat(resolve(optional)).isEmpty();
    }

    @Test
    void references_expand_as_in_kubernetes() {
        var known = Map.of("A", "1");

        assertThat(EnvReferences.expand("$(A) $(B) $$(A) $A $(A", known)).isEqualTo("1 $(B) $(A) $A $(A");
        assertThat(EnvReferences.expand("$$$(A)", known)).isEqualTo("$1");
    }
}
