package dev.kvcachepool.crds;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** A pool of cache-nodes and the router that steers requests to what they hold. */
@Group(KVCachePool.GROUP)
@Version(KVCachePool.VERSION)
@Kind("KVCachePool")
@Plural("kvcachepools")
@ShortNames("kvp")
@Categories({"all", "kvcache"})
@AdditionalPrinterColumn(
        name = "Ready",
        jsonPath = ".status.conditions[?(@.type==\"Ready\")].status",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Nodes",
        jsonPath = ".status.readyReplicas",
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(name = "Desired", jsonPath = ".status.replicas", type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(name = "Placement", jsonPath = ".spec.placement", type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(name = "Capacity", jsonPath = ".status.capacity", type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(name = "Used", jsonPath = ".status.used", type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(name = "Hit%", jsonPath = ".status.hitRatio", type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
        name = "Steerable",
        jsonPath = ".status.conditions[?(@.type==\"Steerable\")].status",
        type = AdditionalPrinterColumn.Type.STRING,
        priority = 1)
@AdditionalPrinterColumn(
        name = "Message",
        jsonPath = ".status.conditions[?(@.type==\"Ready\")].message",
        type = AdditionalPrinterColumn.Type.STRING,
        priority = 1)
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
@ValidationRule(
        value = "self.metadata.name.matches('^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$')",
        message = "metadata.name must be at most 40 lower-case letters, digits and dashes, begin with a letter and end"
                + " with a letter or digit: Services and pods are named after it")
public final class KVCachePool extends CustomResource<KVCachePoolSpec, KVCachePoolStatus> implements Namespaced {
    public static final String GROUP = "kvcachepool.dev";
    public static final String VERSION = "v1alpha1";

    /** While {@code "true"}, the operator changes nothing but the status. */
    public static final String PAUSE_ANNOTATION = "kvcachepool.dev/pause";

    /** Another value restarts the cache-nodes, one after another; {@code kubectl annotate … kvcachepool.dev/restart="$(date)"}. */
    public static final String RESTART_ANNOTATION = "kvcachepool.dev/restart";

    /** The specification, which users write. */
    @Override
    @Required
    public KVCachePoolSpec getSpec() {
        return super.getSpec();
    }
}
