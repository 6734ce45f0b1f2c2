package dev.kvcachepool.e2e.kube.model;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The table of kinds that are served from the start. */
final class BuiltInTypes {
    // group, version, plural, kind, short names, categories, traits
    private static final String TABLE = """
            - v1 namespaces Namespace ns - status
            - v1 nodes Node no - status
            - v1 pods Pod po all namespaced,status
            - v1 services Service svc all namespaced,status
            - v1 configmaps ConfigMap cm - namespaced
            - v1 secrets Secret - - namespaced
            - v1 serviceaccounts ServiceAccount sa - namespaced
            - v1 events Event ev - namespaced
            - v1 persistentvolumeclaims PersistentVolumeClaim pvc - namespaced,status
            - v1 persistentvolumes PersistentVolume pv - status
            - v1 endpoints Endpoints ep - namespaced
            apps v1 statefulsets StatefulSet sts all namespaced,status,scale,generation
            apps v1 daemonsets DaemonSet ds all namespaced,status,generation
            apps v1 deployments Deployment deploy all namespaced,status,scale,generation
            apps v1 replicasets ReplicaSet rs all namespaced,status,scale,generation
            apps v1 controllerrevisions ControllerRevision - - namespaced
            policy v1 poddisruptionbudgets PodDisruptionBudget pdb - namespaced,status,generation
            discovery.k8s.io v1 endpointslices EndpointSlice - - namespaced,generation
            coordination.k8s.io v1 leases Lease - - namespaced
            networking.k8s.io v1 networkpolicies NetworkPolicy netpol - namespaced,generation
            storage.k8s.io v1 storageclasses StorageClass sc - -
            scheduling.k8s.io v1 priorityclasses PriorityClass pc - generation
            rbac.authorization.k8s.io v1 roles Role - - namespaced
            rbac.authorization.k8s.io v1 rolebindings RoleBinding - - namespaced
            rbac.authorization.k8s.io v1 clusterroles ClusterRole - - -
            rbac.authorization.k8s.io v1 clusterrolebindings ClusterRoleBinding - - -
            apiextensions.k8s.io v1 customresourcedefinitions CustomResourceDefinition crd,crds api-extensions status,generation
            """;

    private BuiltInTypes() {}

    static List<ResourceType> all() {
        return TABLE.lines().map(BuiltInTypes::row).toList();
    }

    private static ResourceType row(String line) {
        var cells = List.of(line.split(" ", -1));
        var kind = cells.get(3);
        return new ResourceType(
                cells.get(0).equals("-") ? "" : cells.get(0),
                cells.get(1),
                cells.get(2),
                kind.toLowerCase(Locale.ROOT),
                kind,
                names(cells.get(4)),
                names(cells.get(5)),
                traits(cells.get(6)),
                Optional.empty());
    }

    private static Set<Trait> traits(String cell) {
        var traits = EnumSet.noneOf(Trait.class);
        names(cell).forEach(name -> traits.add(Trait.valueOf(name.toUpperCase(Locale.ROOT))));
        return traits;
    }

    private static List<String> names(String cell) {
        return cell.equals("-") ? List.of() : List.of(cell.split(",", -1));
    }
}
