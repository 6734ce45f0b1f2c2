package dev.kvcachepool.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.operator.desired.SecretsMark.Digest;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SecretsMarkTest {
    private static final Digest UNKNOWN = new Digest(null);

    @Test
    void whatIsSeenFirstRestartsNobody() {
        // When a workload is made, and when one is there that has noted nothing
        var made = SecretsMark.next(null, null, new Digest("a"));
        var older = next(deployment(SecretsMark.NONE, Map.of()), new Digest("a"));
        // Then
        assertThat(made).isEqualTo(new SecretsMark("a", null));
        assertThat(older).isEqualTo(new SecretsMark("a", null));
        assertThat(made.onPods(null)).isNull();
    }

    @Test
    void anotherContentMarksPodsAndTheSameOneLeavesThemAlone() {
        // Given
        var present = deployment(new SecretsMark("a", null), Map.of("team", "x"));
        // When, Then
        assertThat(next(present, new Digest("a"))).isEqualTo(new SecretsMark("a", null));
        var changed = next(present, new Digest("b"));
        assertThat(changed).isEqualTo(new SecretsMark("b", "b"));
        assertThat(changed.onPods(Map.of("team", "x"))).isEqualTo(Map.of("team", "x", "kvcachepool.dev/secrets", "b"));
        // When it comes back to what it was
        var again = next(deployment(changed, Map.of()), new Digest("a"));
        assertThat(again).isEqualTo(new SecretsMark("a", "a"));
    }

    @Test
    void whatCantBeReadChangesNothing() {
        // Given
        var present = deployment(new SecretsMark("b", "b"), Map.of());
        // When, Then
        assertThat(next(present, UNKNOWN)).isEqualTo(new SecretsMark("b", "b"));
        assertThat(SecretsMark.next(null, null, UNKNOWN)).isEqualTo(SecretsMark.NONE);
    }

    private static SecretsMark next(Deployment present, Digest now) {
        return SecretsMark.next(present, present.getSpec().getTemplate(), now);
    }

    private static Deployment deployment(SecretsMark mark, @Nullable Map<String, String> annotations) {
        return mark.noteOn(new DeploymentBuilder()
                .withNewMetadata()
                .endMetadata()
                .withNewSpec()
                .withNewTemplate()
                .withNewMetadata()
                .withAnnotations(mark.onPods(annotations))
                .endMetadata()
                .endTemplate()
                .endSpec()
                .build());
    }
}
