package dev.kvcachepool.e2e.kube.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * What a CustomResourceDefinition says about one of its versions.
 *
 * @param schema the openAPIV3Schema; not to be changed
 * @param columns the additionalPrinterColumns, perhaps none
 * @param scale where the scale subresource finds its figures
 */
public record CustomVersion(ObjectNode schema, JsonNode columns, Optional<ScalePaths> scale) {
    /** JSON paths such as {@code .spec.replicas}; the selector's may be empty. */
    public record ScalePaths(String specReplicas, String statusReplicas, String labelSelector) {}
}
