package dev.kvcachepool.operator.watch;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.operator.desired.ChildLabels;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.SecondaryToPrimaryMapper;
import io.javaoperatorsdk.operator.processing.event.source.informer.Mappers;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * One informer for each kind of object that belongs to pools, for all dependents of that kind; of what the operator has made only, and
 * packed. The names are those by which dependents find them.
 */
public final class PoolSources {
    public static final String SERVICE_ACCOUNTS = "service-accounts";
    public static final String CONFIG_MAPS = "config-maps";
    public static final String SERVICES = "services";
    public static final String DISRUPTION_BUDGETS = "disruption-budgets";
    public static final String NETWORK_POLICIES = "network-policies";
    public static final String STATEFUL_SETS = "stateful-sets";
    public static final String DAEMON_SETS = "daemon-sets";
    public static final String DEPLOYMENTS = "deployments";
    public static final String ROLES = "roles";
    public static final String ROLE_BINDINGS = "role-bindings";

    /** So that no answer of the API server is many times the size of what is kept of it. */
    public static final long PAGE = 200;

    private final Packer packer = new Packer();
    private final EventSourceContext<KVCachePool> context;

    private PoolSources(EventSourceContext<KVCachePool> context) {
        this.context = context;
    }

    /** New sources, not started. */
    public static List<EventSource<?, KVCachePool>> of(EventSourceContext<KVCachePool> context) {
        return new PoolSources(context).all();
    }

    private List<EventSource<?, KVCachePool>> all() {
        return List.of(
                owned(SERVICE_ACCOUNTS, ServiceAccount.class, ServiceAccount::new),
                owned(CONFIG_MAPS, ConfigMap.class, ConfigMap::new),
                owned(SERVICES, Service.class, Service::new),
                owned(DISRUPTION_BUDGETS, PodDisruptionBudget.class, PodDisruptionBudget::new),
                owned(NETWORK_POLICIES, NetworkPolicy.class, NetworkPolicy::new),
                owned(STATEFUL_SETS, StatefulSet.class, StatefulSet::new),
                owned(DAEMON_SETS, DaemonSet.class, DaemonSet::new),
                owned(DEPLOYMENTS, Deployment.class, Deployment::new),
                owned(ROLES, Role.class, Role::new),
                owned(ROLE_BINDINGS, RoleBinding.class, RoleBinding::new),
                source("pods", Pod.class, Pod::new, PoolSources::poolOf),
                source("claims", PersistentVolumeClaim.class, PersistentVolumeClaim::new, PoolSources::poolOf),
                source("sidecars", ChildLabels.SIDECAR, Pod.class, Pod::new, PoolSources::poolBeside));
    }

    private <R extends HasMetadata> EventSource<?, KVCachePool> owned(String name, Class<R> kind, Supplier<R> blank) {
        return source(name, kind, blank, Mappers.fromOwnerReferences(KVCachePool.class));
    }

    private <R extends HasMetadata> EventSource<?, KVCachePool> source(
            String name, Class<R> kind, Supplier<R> blank, SecondaryToPrimaryMapper<R> pool) {
        return source(name, ChildLabels.OURS, kind, blank, pool);
    }

    private <R extends HasMetadata> EventSource<?, KVCachePool> source(
            String name, String selector, Class<R> kind, Supplier<R> blank, SecondaryToPrimaryMapper<R> pool) {
        var configuration = InformerEventSourceConfiguration.from(kind, KVCachePool.class)
                .withName(name)
                .withLabelSelector(selector)
                .withInformerListLimit(PAGE)
                .withNamespacesInheritedFromController()
                .withSecondaryToPrimaryMapper(pool);
        if (isOneInformer()) {
            configuration.withItemStore(
                    new PackedStore<>(packer, context.getClient().getKubernetesSerialization(), kind, blank));
        }
        return new ForgetfulSource<>(configuration.build(), context);
    }

    /** The SDK has an informer for each namespace that it is told, and one store for all of them. */
    private boolean isOneInformer() {
        return context.getControllerConfiguration().getEffectiveNamespaces().size() == 1;
    }

    /** Those that others made for the pool bear its labels, not its name as their owner. */
    private static Set<ResourceID> poolOf(HasMetadata child) {
        var pool = child.getMetadata().getLabels().get(ChildLabels.INSTANCE);
        return pool == null
                ? Set.of()
                : Set.of(new ResourceID(pool, child.getMetadata().getNamespace()));
    }

    /** Engines' pods with a cache-node in them. */
    private static Set<ResourceID> poolBeside(HasMetadata pod) {
        return Set.of(new ResourceID(
                pod.getMetadata().getLabels().get(ChildLabels.SIDECAR),
                pod.getMetadata().getNamespace()));
    }
}
