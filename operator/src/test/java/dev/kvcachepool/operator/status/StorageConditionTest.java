package dev.kvcachepool.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.operator.desired.ClaimChanges;
import dev.kvcachepool.operator.desired.Release;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a pool says of its disk tier's claims, and what it changes of them. */
class StorageConditionTest {
    private static final Workload ONE = new Workload(1, 1, 1, true);
    private static final KubernetesSerialization YAML = new KubernetesSerialization();
    private static final PoolStatus STATUSES = new PoolStatus(
            new Release("1", "node", "router"), Clock.fixed(Instant.parse("2026-11-28T12:00:00Z"), ZoneOffset.UTC));

    private static KVCachePool pool(String placement, String disk) {
        return YAML.unmarshal("""
                apiVersion: kvcachepool.dev/v1alpha1
                kind: KVCachePool
                metadata: {name: p, namespace: n, generation: 1}
                spec:
                  placement: %s
                  tiers: {host: {size: 1Gi}, disk: {%s}}
                  adverts: {bootstrapServers: "kafka:9092"}
                """.formatted(placement, disk), KVCachePool.class);
    }

    private static PersistentVolumeClaim claim(String phase, String asked, String has) {
        return YAML.unmarshal("""
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata: {name: blocks-p-0, namespace: n}
                spec: {storageClassName: nvme, resources: {requests: {storage: %s}}}
                status: {phase: %s, capacity: {storage: %s}}
                """.formatted(asked, phase, has), PersistentVolumeClaim.class);
    }

    private static String storage(KVCachePool pool, PersistentVolumeClaim... claims) {
        var observed = new Observed(false, ONE, null, List.of(), List.of(), Arrays.asList(claims), null);
        return STATUSES.of(pool, observed).conditions().stream()
                .filter(condition -> condition.getType().equals("StorageReady"))
                .map(condition -> condition.getStatus() + " " + condition.getReason() + ": " + condition.getMessage())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aFolderNeedsNoClaim() {
        assertThat(storage(pool("NodeLocal", "size: 1Gi, path: /mnt/nvme")))
                .isEqualTo("True Folder: each cache-node uses /mnt/nvme of its Kubernetes node");
    }

    @Test
    void claimsAreMissingPendingLostGrowingOrBound() {
        var pool = pool("Pooled", "size: 2Gi, expand: true");
        assertThat(storage(pool)).startsWith("False ClaimsMissing: 0 of 1 claims");
        assertThat(storage(pool, claim("Pending", "1Gi", "0")))
                .startsWith("False ClaimPending: claim blocks-p-0 of StorageClass nvme has no volume")
                .contains("check spec.tiers.disk.storageClassName");
        assertThat(storage(pool, claim("Lost", "1Gi", "1Gi"))).startsWith("False ClaimLost: claim blocks-p-0");
        assertThat(storage(pool, claim("Bound", "2Gi", "1Gi")))
                .startsWith("False Expanding: claim blocks-p-0 grows from 1Gi to 2Gi");
        assertThat(storage(pool, claim("Bound", "2Gi", "2Gi"))).isEqualTo("True ClaimsBound: 1 claims are bound");
    }

    @Test
    void onlyAClaimThatIsTooSmallIsChangedAndOnlyIfThePoolMayExpand() {
        // Given
        var small = claim("Bound", "1Gi", "1Gi");
        // When
        var changed = ClaimChanges.of(pool("Pooled", "size: 2Gi, expand: true"), small);
        // Then
        assertThat(changed.orElseThrow().getSpec().getResources().getRequests().get("storage"))
                .hasToString("2Gi");
        assertThat(ClaimChanges.of(pool("Pooled", "size: 2Gi"), small)).isEmpty();
        assertThat(ClaimChanges.of(pool("Pooled", "size: 1Gi, expand: true"), small))
                .isEmpty();
        assertThat(ClaimChanges.of(pool("NodeLocal", "size: 2Gi, ephemeral: true"), small))
                .isEmpty();
    }

    @Test
    void otherAttributesAreGivenToTheClaim() {
        // When
        var changed = ClaimChanges.of(
                pool("Pooled", "size: 1Gi, volumeAttributesClassName: fast"), claim("Bound", "1Gi", "1Gi"));
        // Then
        assertThat(changed.orElseThrow().getSpec().getVolumeAttributesClassName())
                .isEqualTo("fast");
    }
}
