package dev.kvcachepool.operator.desired;

import dev.kvcachepool.operator.desired.ChildLabels.Component;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;

/** How routers are reached, and what they may do: look at the pods and InferencePools of their own namespace. */
public final class RouterAccess {
    private static final String RBAC = "rbac.authorization.k8s.io";

    private RouterAccess() {}

    public static Service service(PoolContext context) {
        return new ServiceBuilder()
                .withMetadata(context.metadata(context.names().router(), Component.ROUTER))
                .editMetadata()
                .withAnnotations(context.spec().router().template().serviceAnnotations())
                .endMetadata()
                .withNewSpec()
                .withType("ClusterIP")
                .withSelector(ChildLabels.selector(context.pool(), Component.ROUTER))
                .withPorts(PoolTls.of(context).httpPort(PoolContext.ROUTER_HTTP_PORT))
                .addAllToPorts(RouterGateway.of(context).servicePorts())
                .endSpec()
                .build();
    }

    public static ServiceAccount serviceAccount(PoolContext context) {
        return new ServiceAccountBuilder()
                .withMetadata(context.metadata(context.names().router(), Component.ROUTER))
                .build();
    }

    public static Role role(PoolContext context) {
        return new RoleBuilder()
                .withMetadata(context.metadata(context.names().router(), Component.ROUTER))
                .addNewRule()
                .withApiGroups("")
                .withResources("pods")
                .withVerbs("get", "list", "watch")
                .endRule()
                .addAllToRules(RouterGateway.of(context).rules())
                .build();
    }

    public static RoleBinding roleBinding(PoolContext context) {
        return new RoleBindingBuilder()
                .withMetadata(context.metadata(context.names().router(), Component.ROUTER))
                .withNewRoleRef(RBAC, "Role", context.names().router())
                .addNewSubject()
                .withKind("ServiceAccount")
                .withName(context.names().router())
                .withNamespace(context.namespace())
                .endSubject()
                .build();
    }
}
