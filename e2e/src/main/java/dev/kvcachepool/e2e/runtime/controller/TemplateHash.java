package dev.kvcachepool.e2e.runtime.controller;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.kvcachepool.e2e.runtime.cluster.Names;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.Map;

/** A pod template's hash, which does not depend on the order of its maps' entries. */
final class TemplateHash {
    private static final ObjectMapper SORTED =
            new ObjectMapper().configure(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, true);

    private TemplateHash() {}

    static String of(PodTemplateSpec template) {
        try {
            return Names.hash(SORTED.writeValueAsString(SORTED.convertValue(template, Map.class)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a template that came as JSON is JSON", e);
        }
    }
}
