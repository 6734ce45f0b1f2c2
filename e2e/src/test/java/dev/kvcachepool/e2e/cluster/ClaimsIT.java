package dev.kvcachepool.e2e.cluster;

import static dev.kvcachepool.e2e.cluster.OperatorFixture.apply;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.await;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.awaitCondition;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.client;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.events;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.e2e.Fixture;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import org.junit.jupiter.api.Test;

/** Claims of the disk tier on a real API server. Volumes are objects without a driver behind them: the test is the driver. */
class ClaimsIT {
    private static final RealCluster CLUSTER = RealCluster.get();
    private static final String CLAIM = "blocks-shared-0";

    private static String spec(String disk) {
        return """
                replicas: 1
                tiers: {host: {size: 64Mi}, disk: {%s}}
                adverts: {bootstrapServers: "%s", replication: 1}
                router: {enabled: false}
                """.formatted(disk, Fixture.broker().address());
    }

    /** A class of volumes that the test makes by hand; of the namespace's name, as classes are the cluster's. */
    private static void storageClass(String name, boolean expands) {
        client().resource(new StorageClassBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .withProvisioner("kubernetes.io/no-provisioner")
                        .withAllowVolumeExpansion(expands)
                        .build())
                .create();
    }

    private static void volume(String storageClass, String size) {
        client().resource(new PersistentVolumeBuilder()
                        .withNewMetadata()
                        .withName(storageClass)
                        .endMetadata()
                        .withNewSpec()
                        .withStorageClassName(storageClass)
                        .withAccessModes("ReadWriteOnce")
                        .addToCapacity("storage", new Quantity(size))
                        .withNewHostPath("/nowhere", "")
                        .endSpec()
                        .build())
                .create();
    }

    private static PersistentVolumeClaim claim(String namespace) {
        return client().persistentVolumeClaims()
                .inNamespace(namespace)
                .withName(CLAIM)
                .get();
    }

    private static String asked(PersistentVolumeClaim claim) {
        return claim.getSpec().getResources().getRequests().get("storage").toString();
    }

    /** What the pool's nodes are told of their disk, bytes. */
    private static long diskSize(String namespace) {
        return Long.parseLong(client().configMaps()
                .inNamespace(namespace)
                .withName("shared-config")
                .get()
                .getData()
                .get("KVP_DISK_SIZE"));
    }

    @Test
    void claimsAreNamedWhilePendingAndExpandedWhenTheSizeGrows() {
        // Given
        var namespace = CLUSTER.namespace();
        storageClass(namespace, true);
        apply(namespace, "shared", spec("size: 1Gi, expand: true, storageClassName: " + namespace));
        awaitCondition(
                namespace,
                "shared",
                "StorageReady",
                "False ClaimPending: claim " + CLAIM + " of StorageClass " + namespace + " has no volume");
        volume(namespace, "1Gi");
        awaitCondition(namespace, "shared", "StorageReady", "True ClaimsBound: 1 claims are bound");
        // When
        apply(namespace, "shared", spec("size: 2Gi, expand: true, storageClassName: " + namespace));
        // Then
        await("the claim asks for more")
                .untilAsserted(() -> assertThat(asked(claim(namespace))).isEqualTo("2Gi"));
        awaitCondition(
                namespace, "shared", "StorageReady", "False Expanding: claim " + CLAIM + " grows from 1Gi to 2Gi");
        await("the Event is there")
                .untilAsserted(() -> assertThat(events(namespace, "shared", "ClaimChanged"))
                        .contains("asked for 2Gi for claim " + CLAIM));
        awaitCondition(namespace, "shared", "Degraded", "False");
        assertThat(diskSize(namespace)).isEqualTo(1020054733);
        client().persistentVolumeClaims()
                .inNamespace(namespace)
                .withName(CLAIM)
                .editStatus(claim -> new PersistentVolumeClaimBuilder(claim)
                        .editStatus()
                        .addToCapacity("storage", new Quantity("2Gi"))
                        .endStatus()
                        .build());
        awaitCondition(namespace, "shared", "StorageReady", "True ClaimsBound");
        await("nodes are told")
                .untilAsserted(() -> assertThat(diskSize(namespace)).isEqualTo(2040109466));
    }

    @Test
    void aClassThatDoesNotExpandIsSaid() {
        // Given
        var namespace = CLUSTER.namespace();
        storageClass(namespace, false);
        volume(namespace, "1Gi");
        apply(namespace, "shared", spec("size: 1Gi, expand: true, storageClassName: " + namespace));
        awaitCondition(namespace, "shared", "StorageReady", "True ClaimsBound");
        // When
        apply(namespace, "shared", spec("size: 2Gi, expand: true, storageClassName: " + namespace));
        // Then
        awaitCondition(namespace, "shared", "Degraded", "True ClaimNotChanged: claim " + CLAIM + " can't be changed (");
        awaitCondition(namespace, "shared", "StorageReady", "True ClaimsBound");
        // When its advice is followed
        apply(namespace, "shared", spec("size: 2Gi, expand: false, storageClassName: " + namespace));
        // Then nodes use what the claim has
        awaitCondition(namespace, "shared", "Degraded", "False");
        assertThat(diskSize(namespace)).isEqualTo(1020054733);
    }

    @Test
    void claimsGoWithThePoolUnlessTheyAreRetained() {
        // Given
        var going = CLUSTER.namespace();
        var staying = CLUSTER.namespace();
        apply(going, "shared", spec("size: 1Gi, storageClassName: none"));
        apply(staying, "shared", spec("size: 1Gi, storageClassName: none, retain: true"));
        await("both have a claim").until(() -> claim(going) != null && claim(staying) != null);
        // When
        CLUSTER.kubectl("delete", "kvp/shared", "-n", going).mustSucceed();
        CLUSTER.kubectl("delete", "kvp/shared", "-n", staying).mustSucceed();
        // Then
        await("the claim is gone").until(() -> claim(going) == null);
        await("the workload is gone")
                .until(() -> client().apps()
                                .statefulSets()
                                .inNamespace(staying)
                                .withName("shared")
                                .get()
                        == null);
        assertThat(claim(staying)).isNotNull();
        // When a pool of the same name comes, then it has its claim again
        var before = claim(staying).getMetadata().getUid();
        apply(staying, "shared", spec("size: 1Gi, storageClassName: none, retain: true"));
        awaitCondition(staying, "shared", "StorageReady", "False ClaimPending");
        assertThat(claim(staying).getMetadata().getUid()).isEqualTo(before);
    }
}
