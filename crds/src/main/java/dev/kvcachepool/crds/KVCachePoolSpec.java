package dev.kvcachepool.crds;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.model.annotation.SpecReplicas;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a user asks of a pool. What the API server would fill in, the constructors of these records fill in too, so that
 * a spec means the same wherever it comes from.
 *
 * @param replicas null in a NodeLocal pool, and with {@code autoscaling}
 * @param autoscaling null where people choose the number of cache-nodes
 * @param image null for the one that the operator was released with
 * @param resources null for requests and limits derived from the tiers
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
        value = "self.placement == 'Pooled' || !has(self.replicas)",
        fieldPath = ".replicas",
        message = "spec.replicas is only for placement Pooled: a NodeLocal pool has one cache-node per matching"
                + " Kubernetes node (choose them with spec.template.nodeSelector), a Sidecar pool one per engine's pod")
@ValidationRule(
        value = "self.placement == 'NodeLocal' || !has(self.protocols.local)",
        fieldPath = ".protocols.local",
        message = "spec.protocols.local is only for placement NodeLocal: the engines of a Pooled pool are on other"
                + " Kubernetes nodes than most of its values, those of a Sidecar pool have sockets anyhow")
@ValidationRule(
        value = "self.placement != 'Sidecar' || self.engines.mode == 'Inject'",
        fieldPath = ".engines.mode",
        message = "spec.engines.mode must be Inject with placement Sidecar: the cache-nodes are parts of engines' pods")
@ValidationRule(
        value = "self.placement != 'Sidecar' || !has(self.tiers.disk)",
        fieldPath = ".tiers.disk",
        message = "spec.tiers.disk is not for placement Sidecar: engines' pods get no volumes of disk")
@ValidationRule(
        value = "self.placement != 'Sidecar' || !has(self.tiers.gpu) || self.tiers.gpu.access == 'SidecarClaim'",
        fieldPath = ".tiers.gpu.access",
        message = "spec.tiers.gpu.access must be SidecarClaim in placement Sidecar: the device is the engine's, and its"
                + " cache-node shares it by the same resource claim")
@ValidationRule(
        value = "self.placement == 'Sidecar' || !has(self.tiers.gpu) || self.tiers.gpu.access != 'SidecarClaim'",
        fieldPath = ".tiers.gpu.access",
        message =
                "spec.tiers.gpu.access: SidecarClaim is only for placement Sidecar; use Dedicated, or Visible beside an"
                        + " engine")
@ValidationRule(
        value = "self.placement != 'Sidecar' || !has(self.tiers.host) || !self.tiers.host.hugePages",
        fieldPath = ".tiers.host.hugePages",
        message =
                "spec.tiers.host.hugePages is not for placement Sidecar: memory that engines read is sealed, and files"
                        + " of huge pages can't be")
@ValidationRule(
        value = "self.placement != 'Sidecar' || !self.security.networkPolicy.enabled",
        fieldPath = ".security.networkPolicy.enabled",
        message =
                "spec.security.networkPolicy.enabled is not for placement Sidecar: a NetworkPolicy holds for whole pods,"
                        + " and these are the engines' own")
@ValidationRule(
        value = "!has(self.protocols.local) || !has(self.tiers.host) || !self.tiers.host.hugePages",
        fieldPath = ".tiers.host.hugePages",
        message =
                "spec.tiers.host.hugePages is not for spec.protocols.local: memory that engines read is sealed, and files"
                        + " of huge pages can't be")
@ValidationRule(
        value = "self.placement != 'Pooled' || !self.peers.enabled",
        fieldPath = ".peers.enabled",
        message =
                "spec.peers.enabled is not for placement Pooled: the cache-nodes of a Pooled pool always read from one"
                        + " another")
@ValidationRule(
        value = "self.placement == 'NodeLocal' || self.updateStrategy.maxUnavailable == 1",
        fieldPath = ".updateStrategy.maxUnavailable",
        message = "spec.updateStrategy.maxUnavailable above 1 is only for placement NodeLocal: the cache-nodes of a"
                + " Pooled pool are restarted one after another")
@ValidationRule(
        value = "!has(self.autoscaling) || self.placement == 'Pooled'",
        fieldPath = ".autoscaling",
        message = "spec.autoscaling is only for placement Pooled: a NodeLocal pool has one cache-node per matching"
                + " Kubernetes node, a Sidecar pool one per engine's pod")
@ValidationRule(
        value = "!has(self.autoscaling) || !has(self.replicas)",
        fieldPath = ".replicas",
        message = "spec.replicas and spec.autoscaling exclude one another: take spec.replicas away to let the operator"
                + " scale from what there is, or spec.autoscaling to scale by hand")
@ValidationRule(
        value = "!has(self.autoscaling) || self.router.enabled",
        fieldPath = ".autoscaling",
        message = "spec.autoscaling needs spec.router.enabled: true, as the router tells how full the cache-nodes are")
@ValidationRule(
        value = "!has(self.security.auth) || !has(self.protocols.lm)",
        fieldPath = ".protocols.lm",
        message = "spec.protocols.lm can't be served with spec.security.auth: lm:// has no passwords; use"
                + " spec.protocols.resp")
@ValidationRule(
        value = "!has(self.security.tenants) || self.security.tenants.size() == 0 || !has(self.protocols.lm)",
        fieldPath = ".protocols.lm",
        message = "spec.protocols.lm can't be served with spec.security.tenants: lm:// does not tell who its clients"
                + " are; use spec.protocols.resp")
@ValidationRule(
        value = "!has(self.security.tenants) || has(self.tiers.disk) ||"
                + " self.security.tenants.all(tenant, !has(tenant.quota.disk))",
        fieldPath = ".security.tenants",
        message = "spec.security.tenants: quota.disk needs spec.tiers.disk")
@ValidationRule(
        value = "!has(self.security.tenants) || has(self.tiers.gpu) ||"
                + " self.security.tenants.all(tenant, !has(tenant.quota.gpu))",
        fieldPath = ".security.tenants",
        message = "spec.security.tenants: quota.gpu needs spec.tiers.gpu")
@ValidationRule(
        value = "self.placement == oldSelf.placement",
        fieldPath = ".placement",
        message = "spec.placement is immutable: make a new pool with the other placement and delete this one")
@ValidationRule(
        value = "!has(self.tiers.disk) || self.placement != 'Pooled' || (!has(self.tiers.disk.path)"
                + " && !self.tiers.disk.ephemeral)",
        fieldPath = ".tiers.disk",
        message = "spec.tiers.disk.path and spec.tiers.disk.ephemeral are only for placement NodeLocal: a Pooled pool"
                + " has a claim for each cache-node")
@ValidationRule(
        value = "!has(self.tiers.disk) || self.placement != 'NodeLocal' || has(self.tiers.disk.path) !="
                + " self.tiers.disk.ephemeral",
        fieldPath = ".tiers.disk",
        message = "spec.tiers.disk of a NodeLocal pool needs either spec.tiers.disk.path or spec.tiers.disk.ephemeral:"
                + " true, and not both")
@ValidationRule(
        value = "!has(self.tiers.disk) || self.placement != 'NodeLocal' || (!self.tiers.disk.retain &&"
                + " !self.tiers.disk.expand && !has(self.tiers.disk.volumeAttributesClassName))",
        fieldPath = ".tiers.disk",
        message = "spec.tiers.disk.retain, spec.tiers.disk.expand and spec.tiers.disk.volumeAttributesClassName are"
                + " only for placement Pooled")
@ValidationRule(
        value = "!has(self.tiers.disk) || !has(self.tiers.disk.path) || !has(self.tiers.disk.storageClassName)",
        fieldPath = ".tiers.disk.storageClassName",
        message = "spec.tiers.disk.storageClassName is not for spec.tiers.disk.path: a folder has no StorageClass")
@ValidationRule(
        value = "self.placement != 'Pooled' || has(self.tiers.disk) == has(oldSelf.tiers.disk)",
        fieldPath = ".tiers.disk",
        message = "spec.tiers.disk can't be added to or taken from a Pooled pool: make a new pool and delete this one")
@ValidationRule(
        value = "self.placement != 'Pooled' || !has(self.tiers.disk) || !has(oldSelf.tiers.disk) ||"
                + " (has(self.tiers.disk.storageClassName) ? self.tiers.disk.storageClassName : '') =="
                + " (has(oldSelf.tiers.disk.storageClassName) ? oldSelf.tiers.disk.storageClassName : '')",
        fieldPath = ".tiers.disk.storageClassName",
        message =
                "spec.tiers.disk.storageClassName is immutable in a Pooled pool: make a new pool with the other class")
@ValidationRule(
        value = "self.placement != 'Pooled' || !has(self.tiers.disk) || !has(oldSelf.tiers.disk) ||"
                + " quantity(self.tiers.disk.size).compareTo(quantity(oldSelf.tiers.disk.size)) == 0 ||"
                + " (self.tiers.disk.expand &&"
                + " quantity(self.tiers.disk.size).compareTo(quantity(oldSelf.tiers.disk.size)) > 0)",
        fieldPath = ".tiers.disk.size",
        message = "spec.tiers.disk.size of a Pooled pool can only grow, and only with spec.tiers.disk.expand: true")
@ValidationRule(
        value = "self.router.enabled || (!has(self.bridges.vllmEvents) && (!has(self.bridges.lmcacheEvents) ||"
                + " !self.bridges.lmcacheEvents.read))",
        fieldPath = ".bridges",
        message = "spec.bridges needs spec.router.enabled: true, as the router is who listens; without one"
                + " spec.bridges.lmcacheEvents.read must be false")
@ValidationRule(
        value = "!has(self.bridges.vllmEvents) || !has(self.bridges.vllmEvents.engines) ||"
                + " self.bridges.vllmEvents.engines.all(engine, has(engine.model) ?"
                + " has(self.models) && self.models.exists(model, model.name == engine.model) :"
                + " !has(self.models) || self.models.size() <= 1)",
        fieldPath = ".bridges.vllmEvents.engines",
        message = "spec.bridges.vllmEvents.engines: model must be one of spec.models, and is needed where there are"
                + " several")
@ValidationRule(
        value = "!has(self.bridges.vllmEvents) || !has(self.bridges.vllmEvents.pods) ||"
                + " (has(self.bridges.vllmEvents.pods.model) ? has(self.models) &&"
                + " self.models.exists(model, model.name == self.bridges.vllmEvents.pods.model) :"
                + " !has(self.models) || self.models.size() <= 1)",
        fieldPath = ".bridges.vllmEvents.pods",
        message =
                "spec.bridges.vllmEvents.pods: model must be one of spec.models, and is needed where there are several")
@ValidationRule(
        value = "!has(self.bridges.vllmEvents) || !has(self.bridges.vllmEvents.pods) || has(self.router.engines) ||"
                + " (has(self.router.gateway) && has(self.router.gateway.inferencePool))",
        fieldPath = ".bridges.vllmEvents.pods",
        message =
                "spec.bridges.vllmEvents.pods needs spec.router.engines or spec.router.gateway.inferencePool, which say"
                        + " which pods are engines")
@ValidationRule(
        value = "!has(self.bridges.lmcacheEvents) || !has(self.adverts.topics) ||"
                + " !(self.bridges.lmcacheEvents.topic in [self.adverts.topics.nodes, self.adverts.topics.blocks])",
        fieldPath = ".bridges.lmcacheEvents.topic",
        message = "spec.bridges.lmcacheEvents.topic must not be one of spec.adverts.topics")
public record KVCachePoolSpec(
        @JsonPropertyDescription("Where cache-nodes run. Pooled: `replicas` nodes behind one Service, each chunk at its"
                + " home. NodeLocal: one cache-node per matching Kubernetes node, reached from that node. Sidecar: one"
                + " in each pod of engines.selector, put there by the operator's webhook, with shared memory and without"
                + " hostPath.")
        @Default("Pooled")
        Placement placement,

        @JsonPropertyDescription(
                "Number of cache-nodes of a Pooled pool; 1 when neither this nor autoscaling is or was given. Scale it with"
                        + " `kubectl scale`.")
        @Min(0)
        @Max(512)
        @SpecReplicas
        @Nullable
        Integer replicas,

        @JsonPropertyDescription(
                "Lets the operator choose the number of cache-nodes of a Pooled pool, instead of replicas.")
        @Nullable
        Autoscaling autoscaling,

        @JsonPropertyDescription("The models whose blocks are advertised. What is not declared is stored, but requests"
                + " are not steered to it.")
        @Size(max = 32)
        List<Model> models,

        @JsonPropertyDescription("What a cache-node keeps blocks in. At least one tier.") @Required
        Tiers tiers,

        @JsonPropertyDescription("What goes when a tier is full, and when.") @Default("{}")
        Eviction eviction,

        @JsonPropertyDescription("Whether the cache-nodes of a NodeLocal or Sidecar pool read from one another.")
        @Default("{}")
        Peers peers,

        @JsonPropertyDescription("The protocols that engines speak to the pool.") @Default("{}")
        Protocols protocols,

        @JsonPropertyDescription("The Kafka tables in which cache-nodes advertise what they hold.") @Required
        Adverts adverts,

        @JsonPropertyDescription("What engines and LMCache's instances say of their own KV blocks.") @Default("{}")
        Bridges bridges,

        @JsonPropertyDescription("The router that picks an engine for each request.") @Default("{}")
        RouterSpec router,

        @JsonPropertyDescription("Who may reach the pool.") @Default("{}")
        Security security,

        @JsonPropertyDescription("Who uses the pool, and how they come to its settings.") @Default("{}")
        Engines engines,

        @JsonPropertyDescription("How running cache-nodes come to another form.") @Default("{}")
        UpdateStrategy updateStrategy,

        @JsonPropertyDescription("What is made for those who watch the pool, by Prometheus and Grafana.") @Default("{}")
        Observability observability,

        @JsonPropertyDescription("Image of the cache-nodes; by default the one that the operator was released with.")
        @Size(min = 1, max = 512)
        @Nullable
        String image,

        @JsonPropertyDescription("Secrets to pull images with, in the pool's namespace.") @Size(max = 16)
        List<LocalObjectReference> imagePullSecrets,

        @JsonPropertyDescription("Requests and limits of the cache-nodes' container. By default memory is derived from"
                + " the tiers, so that no pod is killed for its own tier; what is given here wins.")
        @Nullable
        ResourceRequirements resources,

        @JsonPropertyDescription("What else the cache-nodes' pods shall have.") @Default("{}")
        PodTemplate template) {

    public KVCachePoolSpec {
        placement = requireNonNullElse(placement, Placement.Pooled);
        models = models == null ? List.of() : List.copyOf(models);
        tiers = requireNonNullElse(tiers, Tiers.NONE);
        eviction = requireNonNullElse(eviction, Eviction.DEFAULTS);
        peers = requireNonNullElse(peers, Peers.DEFAULTS);
        protocols = requireNonNullElse(protocols, Protocols.DEFAULTS);
        adverts = requireNonNullElse(adverts, Adverts.NONE);
        bridges = requireNonNullElse(bridges, Bridges.NONE);
        router = requireNonNullElse(router, RouterSpec.DEFAULTS);
        security = requireNonNullElse(security, Security.NONE);
        engines = requireNonNullElse(engines, Engines.NONE);
        updateStrategy = requireNonNullElse(updateStrategy, UpdateStrategy.DEFAULTS);
        observability = requireNonNullElse(observability, Observability.NONE);
        imagePullSecrets = imagePullSecrets == null ? List.of() : List.copyOf(imagePullSecrets);
        template = requireNonNullElse(template, PodTemplate.EMPTY);
    }
}
