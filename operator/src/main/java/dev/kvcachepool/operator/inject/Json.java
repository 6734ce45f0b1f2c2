package dev.kvcachepool.operator.inject;

import com.fasterxml.jackson.databind.ObjectMapper;

/** Kubernetes' objects as trees. The types say themselves what is left out. */
final class Json {
    static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}
}
