package dev.kvcachepool.e2e.cluster;

import static dev.kvcachepool.e2e.cluster.OperatorFixture.client;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.HashMap;
import java.util.Map;

/** Plays what fake pods have not: cache-nodes of a namespace that end when they are told to, and a kubelet that starts them anew. */
final class RestartingPods implements AutoCloseable, ResourceEventHandler<Pod> {
    private static final String TOLD = "kvcachepool.dev/restart-told";
    private static final String RESTARTS = "kvcachepool.dev/restarts-before";

    private final Map<String, String> done = new HashMap<>();
    private final SharedIndexInformer<Pod> informer;

    RestartingPods(String namespace) {
        informer = client().pods().inNamespace(namespace).inform(this);
    }

    @Override
    public void onAdd(Pod pod) {
        restartWhereTold(pod);
    }

    @Override
    public void onUpdate(Pod before, Pod pod) {
        restartWhereTold(pod);
    }

    @Override
    public void onDelete(Pod pod, boolean unknown) {
        done.remove(pod.getMetadata().getUid());
    }

    private void restartWhereTold(Pod pod) {
        var annotations = pod.getMetadata().getAnnotations();
        var told = annotations == null ? null : annotations.get(TOLD);
        if (told == null || told.equals(done.put(pod.getMetadata().getUid(), told))) {
            return;
        }
        var statuses = pod.getStatus().getContainerStatuses();
        statuses.forEach(status -> status.setRestartCount(Integer.parseInt(annotations.get(RESTARTS)) + 1));
        client().pods()
                .inNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getMetadata().getName())
                .subresource("status")
                .patch(
                        PatchContext.of(PatchType.STRATEGIC_MERGE),
                        client().getKubernetesSerialization()
                                .asJson(Map.of("status", Map.of("containerStatuses", statuses))));
    }

    @Override
    public void close() {
        informer.close();
    }
}
