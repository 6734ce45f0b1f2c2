package dev.kvcachepool.operator.inject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.operator.desired.ChildLabels;
import dev.kvcachepool.operator.desired.EngineAttachment;
import dev.kvcachepool.operator.desired.NodeSidecar;
import dev.kvcachepool.operator.desired.PoolContext;
import dev.kvcachepool.operator.desired.Release;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an engine's pod is given of its pool: the connection settings, and where engines share memory with a cache-node, its
 * sockets. Pure: the same pod and pools give the same patch, and a pod that has been given all gets an empty one.
 *
 * <p>Only additions are made: volumes and init containers of our own names, mounts of them and variables that the engine's
 * containers lack, annotations and a label. Security contexts, images, commands, other containers, and what the pod says itself stay as they are; where
 * they are in the way the pod is left alone and told why.
 */
public final class Injection {
    private static final String CONTAINER_LIST = "/spec/containers";

    private final PodPatch patch;
    private final Map<String, String> annotations;
    private final Map<String, String> labels;

    private Injection(JsonNode pod) {
        this.patch = new PodPatch(pod);
        this.annotations = texts(pod.at("/metadata/annotations"));
        this.labels = texts(pod.at("/metadata/labels"));
    }

    /**
     * What becomes of a pod.
     *
     * @param pod as the API server sends it, with a {@code spec}
     * @param pools of its namespace
     * @param security of its namespace
     */
    public static Outcome of(JsonNode pod, List<KVCachePool> pools, PodSecurity security, Release release) {
        var injection = new Injection(pod);
        if (injection.wantsNothing()) {
            return new Outcome.Untouched();
        }
        try {
            var pool = Selection.of(injection.labels, pools);
            return pool.isEmpty()
                    ? new Outcome.Untouched()
                    : injection.from(new PoolContext(pool.get(), release), security);
        } catch (Skip e) {
            return skipped(pod, e.reason());
        }
    }

    /** A pod that is given nothing, for a reason that it bears. */
    public static Outcome.Skipped skipped(JsonNode pod, String reason) {
        var patch = new PodPatch(pod);
        patch.forget(Marks.INJECTED);
        patch.annotate(Marks.SKIPPED, reason);
        return new Outcome.Skipped(reason, patch.operations());
    }

    private static Map<String, String> texts(JsonNode object) {
        var texts = new HashMap<String, String>();
        object.properties()
                .forEach(field -> texts.put(field.getKey(), field.getValue().asText()));
        return texts;
    }

    private boolean wantsNothing() {
        return Marks.NO.equals(labels.get(Marks.POD))
                || ChildLabels.OPERATOR.equals(labels.get(ChildLabels.MANAGED_BY));
    }

    private Outcome from(PoolContext context, PodSecurity security) throws Skip {
        if ("windows".equals(patch.pod().at("/spec/os/name").asText())) {
            throw new Skip("it is a pod of Windows, which the pool's sockets and files are not made for");
        }
        var attachment = EngineAttachment.of(context, model(context));
        if (attachment.hostPath() && !security.takesHostPaths()) {
            throw new Skip("spec.protocols.local of pool " + context.name()
                    + " needs a hostPath volume, which the namespace's Pod Security level " + security
                    + " refuses: use another level there, placement Sidecar, or a pool without spec.protocols.local");
        }
        var engines = engines();
        addVolumes(attachment);
        if (attachment.sidecar() != null) {
            addSidecar(attachment.sidecar(), sidecar(attachment, context.name(), engines), attachment.pullSecrets());
            patch.label(ChildLabels.SIDECAR, context.name());
        }
        for (var container : engines) {
            addTo(container, attachment);
        }
        patch.forget(Marks.SKIPPED);
        patch.annotate(Marks.INJECTED, context.name());
        return new Outcome.Injected(context.name(), patch.operations());
    }

    private @Nullable String model(PoolContext context) throws Skip {
        var model = annotations.get(Marks.MODEL);
        var declared = EngineAttachment.models(context);
        if (model != null && !declared.contains(model)) {
            throw new Skip("its annotation " + Marks.MODEL + " is '" + model + "', which pool " + context.name()
                    + " does not declare; spec.models has "
                    + (declared.isEmpty() ? "none" : String.join(", ", declared)));
        }
        return model;
    }

    private void addVolumes(EngineAttachment attachment) throws Skip {
        for (var volume : attachment.volumes()) {
            var ours = tree(volume);
            var there = named(patch.pod().at("/spec/volumes"), volume.getName());
            if (there == null) {
                patch.append("/spec", "volumes", ours);
            } else if (!Contained.isIn(ours, there)) {
                throw new Skip("it has a volume " + volume.getName() + " of its own: give that another name");
            }
        }
    }

    private JsonNode sidecar(EngineAttachment attachment, String pool, List<String> engines) throws Skip {
        ObjectNode sidecar = Json.MAPPER.valueToTree(attachment.sidecar());
        if (attachment.sharesDevice()) {
            SharedDevice.give(
                    sidecar,
                    engines.stream().map(pointer -> patch.pod().at(pointer)).toList(),
                    annotations.get(Marks.CLAIM),
                    pool);
        }
        return sidecar;
    }

    private void addSidecar(Container sidecar, JsonNode ours, List<LocalObjectReference> pullSecrets) throws Skip {
        if (patch.pod().at("/spec/hostNetwork").asBoolean()) {
            throw new Skip("it uses the Kubernetes node's network, where the ports of its cache-node may be taken");
        }
        var name = sidecar.getName();
        var there = named(patch.pod().at("/spec/initContainers"), name);
        if (there != null && !Contained.isIn(ours, there)) {
            throw new Skip("it has an init container " + name + " of its own: give that another name");
        }
        if (there == null) {
            checkPorts(NodeSidecar.ports(sidecar));
            patch.append("/spec", "initContainers", ours);
        }
        for (var secret : pullSecrets) {
            if (named(patch.pod().at("/spec/imagePullSecrets"), secret.getName()) == null) {
                patch.append("/spec", "imagePullSecrets", tree(secret));
            }
        }
    }

    private void checkPorts(List<Integer> taken) throws Skip {
        for (var list : List.of("/spec/initContainers", CONTAINER_LIST)) {
            for (var container : patch.pod().at(list)) {
                for (var port : container.path("ports")) {
                    if (taken.contains(port.path("containerPort").asInt())) {
                        throw new Skip("its container " + container.path("name").asText() + " has port "
                                + port.path("containerPort").asInt()
                                + ", which its cache-node would have: choose another in spec.protocols, or there");
                    }
                }
            }
        }
    }

    /** The engine's containers, by their pointers: those that an annotation names, else the first. */
    private List<String> engines() throws Skip {
        var containers = patch.pod().at(CONTAINER_LIST);
        if (containers.isEmpty()) {
            throw new Skip("it has no container");
        }
        var chosen = annotations.get(Marks.CONTAINERS);
        if (chosen == null) {
            return List.of(CONTAINER_LIST + "/0");
        }
        var pointers = new ArrayList<String>();
        for (var name : chosen.split(",", -1)) {
            int index = index(containers, name.strip());
            if (index < 0) {
                throw new Skip("its annotation " + Marks.CONTAINERS + " names '" + name.strip()
                        + "', which is no container of it; it has " + String.join(", ", names(containers)));
            }
            pointers.add(CONTAINER_LIST + "/" + index);
        }
        return pointers;
    }

    private void addTo(String container, EngineAttachment attachment) throws Skip {
        for (var mount : attachment.mounts()) {
            var ours = tree(mount);
            var there = overlapping(patch.pod().at(container + "/volumeMounts"), mount.getMountPath());
            if (there == null) {
                patch.append(container, "volumeMounts", ours);
            } else if (!Contained.isIn(ours, there)) {
                throw new Skip(
                        "its container " + patch.pod().at(container + "/name").asText() + " mounts "
                                + there.path("name").asText() + " at "
                                + there.path("mountPath").asText() + ", where the pool's " + mount.getMountPath()
                                + " shall be");
            }
        }
        for (var variable : attachment.environment()) {
            if (named(patch.pod().at(container + "/env"), variable.getName()) == null) {
                patch.append(container, "env", tree(variable));
            }
        }
    }

    /** A mount at a path, above it or below it, save that of the whole file system; null where there is none. */
    private static @Nullable JsonNode overlapping(JsonNode mounts, String path) {
        for (var mount : mounts) {
            var other = mount.path("mountPath").asText().replaceFirst("/+$", "");
            if (!other.isEmpty() && (within(other, path) || within(path, other))) {
                return mount;
            }
        }
        return null;
    }

    private static boolean within(String path, String folder) {
        return path.equals(folder) || path.startsWith(folder + "/");
    }

    private static @Nullable JsonNode named(JsonNode list, String name) {
        int index = index(list, name);
        return index < 0 ? null : list.get(index);
    }

    private static int index(JsonNode list, String name) {
        for (int i = 0; i < list.size(); i++) {
            if (name.equals(list.get(i).path("name").textValue())) {
                return i;
            }
        }
        return -1;
    }

    private static List<String> names(JsonNode list) {
        return Stream.iterate(0, i -> i < list.size(), i -> i + 1)
                .map(i -> list.get(i).path("name").asText())
                .toList();
    }

    /** As the API server writes it: fields that are not set are not there. */
    private static JsonNode tree(Object part) {
        return Json.MAPPER.valueToTree(part);
    }
}
